// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yk::logs {

/// Whether a line without header shows that it goes on with the event before it: indented, a frame of a stack, the
/// cause of an exception.
bool GoesOn(std::string_view line);

}  // namespace yk::logs
