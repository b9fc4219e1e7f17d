// SPDX-License-Identifier: Apache-2.0
#include "reader/table_text.h"

#include <algorithm>
#include <set>

namespace yk::reader {
namespace {

/// Columns in which a cell begins, when at least half of the places that they make with the used rows are filled; else
/// none.
std::vector<int> DenseColumns(const Table& table) {
  std::set<int> columns;
  size_t rows = 0;
  size_t filled = 0;
  int last_row = -1;
  for (const Cell& cell : table.cells) {
    if (cell.text.empty()) continue;
    columns.insert(cell.col);
    ++filled;
    if (cell.row != last_row) ++rows;
    last_row = cell.row;
  }
  if (filled * 2 < rows * columns.size()) return {};
  return {columns.begin(), columns.end()};
}

}  // namespace

TableText TextOf(const Table& table) {
  TableText out;
  out.places.reserve(table.cells.size());
  const std::vector<int> columns = DenseColumns(table);
  int row = -1;
  size_t column = 0;  // index in `columns` of the next place of the line
  bool first = true;  // nothing stands in the line yet
  for (const Cell& cell : table.cells) {
    if (cell.text.empty()) {
      out.places.emplace_back(out.code_points, out.code_points);
      continue;
    }
    if (cell.row != row) {
      const size_t breaks = row < 0 ? 0 : (cell.row == row + 1 ? 1 : 2);
      out.text.append(breaks, '\n');
      out.code_points += static_cast<int64_t>(breaks);
      row = cell.row;
      column = 0;
      first = true;
    }
    size_t tabs = first ? 0 : 1;
    if (!columns.empty()) {
      const auto at = static_cast<size_t>(std::lower_bound(columns.begin(), columns.end(), cell.col) - columns.begin());
      tabs = at - std::min(at, column);
      column = at;
    }
    out.text.append(tabs, '\t');
    out.code_points += static_cast<int64_t>(tabs);
    const int64_t begin = out.code_points;
    for (const char c : cell.text) {
      out.text += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++out.code_points;
    }
    out.places.emplace_back(begin, out.code_points);
    first = false;
  }
  if (row >= 0) {
    out.text += '\n';
    ++out.code_points;
  }
  return out;
}

}  // namespace yk::reader
