// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace yk {

/// Writes to stderr at once. It may be closed, a full disk or a pipe without a reader: then what is said is lost, and
/// nothing else happens. (fmt::print throws there, and a night's run must not end because its progress has no reader.)
void SayText(std::string_view text) noexcept;

template <typename... Args>
void Say(fmt::format_string<Args...> format, Args&&... args) {
  SayText(fmt::format(format, std::forward<Args>(args)...));
}

/// Opens what is closed of standard input, output and error, so that no file gets their numbers and with them what is
/// printed. Each is opened the wrong way round: using it fails, as it did before.
void ReserveStandardFiles();

}  // namespace yk
