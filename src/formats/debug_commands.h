// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Misbehaves as told, to test the cage: crash, abort, hang, memory, stack, exit, socket, write, exec, garbage, flood.
/// Reached only when the program was started with --debug-commands, which `yakan` never does.
Result<reader::ReadAnswer> RunDebugCommand(std::string_view command, int socket);

}  // namespace yk::formats
