// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reader/table.h"

namespace yk::reader {

/// A table as text, and where its cells stand in it.
struct TableText {
  std::string text;  ///< rows as lines, each with its line feed; cells joined by tabs
  /// Code points of `text` for each cell of the table, end exclusive.
  std::vector<std::pair<int64_t, int64_t>> places;
  int64_t code_points = 0;
};

/// A grid that is mostly filled keeps its empty places, so that columns stay columns; a form, where most places are
/// empty, gets its cells side by side. Line breaks and tabs in a cell become spaces. A gap of empty rows is one empty
/// line.
TableText TextOf(const Table& table);

}  // namespace yk::reader
