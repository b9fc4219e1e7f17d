// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace yk::logs {

/// A piece of a line between white space; brackets keep what they hold together.
struct Column {
  std::string_view text;
  bool bracket = false;  ///< begins with [ or ( and ends with its partner
  bool padded = false;   ///< more than one space behind it
  bool glued = false;    ///< a bracket with the next column right behind it
};

/// At most `max` columns of `rest`.
std::vector<Column> CutColumns(std::string_view rest, size_t max);

/// The header format of the columns behind the time, over the lines of one layout, with the white space behind the
/// last one: "" when none of them is header.
std::string FormatOfColumns(const std::vector<std::string_view>& rests, int year);

/// The same where columns are apart by `delimiter`.
std::string FormatOfDelimited(const std::vector<std::string_view>& rests, char delimiter);

/// `text` as a literal part of a header format.
std::string EscapeFormat(std::string_view text);

}  // namespace yk::logs
