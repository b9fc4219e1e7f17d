// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace yk::net {

/// ASCII letters compared without case.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

/// The value of the first field `name` in lines "Name: value\r\n", without surrounding blanks. The first line is a
/// status or request line and is passed over.
std::optional<std::string_view> FindHeader(std::string_view head, std::string_view name);

}  // namespace yk::net
