// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yk::app {

/// The whole program: reads the command line, runs one command, prints its error once. The exit code.
int Main(int argc, char** argv);

}  // namespace yk::app
