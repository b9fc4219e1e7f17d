// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk {

/// Prints what invariant broke and aborts. Never reachable from user input: that gets an Error.
[[noreturn]] void CheckFailed(std::string_view condition, std::string_view file, int line, std::string_view detail);

}  // namespace yk

#define YK_CHECK(condition, detail)                                                        \
  do {                                                                                     \
    if (!(condition)) ::yk::CheckFailed(#condition, __FILE__, __LINE__, (detail));         \
  } while (false)
