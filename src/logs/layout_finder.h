// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logs/layout_set.h"

namespace yk::logs {

/// Header formats that fit the sample, most frequent first. Lines are told apart by where their time stands and in
/// which form; then columns count as header as far as the last one that looks the same (level, brackets, name with a
/// colon, dash, another time) in nearly all lines. Each format is followed by one of its time alone, for lines that
/// lack a column.
std::vector<std::string> FindHeaderFormats(const std::vector<std::string_view>& sample, int year);

/// Where a time stands in a line: the first one at the beginning of one of the first columns.
struct TimePlace {
  size_t begin = 0, end = 0;
  size_t opener = 0;  ///< bytes of the bracket right before it
  size_t column = 0;  ///< columns before it
  int form = -1;
  bool delimited = false;  ///< the columns before it end with commas, not with white space
  bool found() const { return form >= 0; }
};
TimePlace FindTimeIn(std::string_view line, int year);

}  // namespace yk::logs
