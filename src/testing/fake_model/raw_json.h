// SPDX-License-Identifier: Apache-2.0
// Looks into JSON text without building values: a fake server that parsed each request wholly would itself be what a
// benchmark measures.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace yk::testing {

/// Calls `member(key, raw value)` for each member of the object `text`, key still escaped. False: not one well-formed
/// object (nesting and strings are checked, numbers are not).
bool ForEachMember(std::string_view text,
                   const std::function<void(std::string_view key, std::string_view value)>& member);

/// The same for the elements of an array.
bool ForEachElement(std::string_view text, const std::function<void(std::string_view value)>& element);

/// The text a raw JSON string stands for; empty when it is not a string.
std::optional<std::string> Unescape(std::string_view raw_string);

/// Appends `text` with quotes and escapes; bytes that are not ASCII control, quote or backslash stay.
void AppendEscaped(std::string& out, std::string_view text);

}  // namespace yk::testing
