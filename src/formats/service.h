// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yk::formats {

/// The whole of yakan-reader: enters the sandbox, then answers requests on standard input (a socket) until it closes.
/// Returns the exit status: 0 at the end of the requests, 2 for wrong usage, 1 when the sandbox cannot be entered.
int ServeReader(int argc, char** argv);

}  // namespace yk::formats
