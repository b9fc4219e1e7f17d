// SPDX-License-Identifier: Apache-2.0
#include "formats/grid_builder.h"

#include <algorithm>

namespace yk::formats {
namespace {

constexpr int kColumnsMax = 20'000;  ///< beyond every spreadsheet; cells to the right of it are left out
constexpr int kSpanMax = 65'534;     ///< what HTML allows

}  // namespace

reader::Cell TextCell(int row, int col, std::string text) {
  reader::Cell cell;
  cell.row = row;
  cell.col = col;
  cell.text = std::move(text);
  return cell;
}

void GridBuilder::NextRow(bool header) {
  ++row_;
  col_ = 0;
  headers_ = headers_ && header;
  if (headers_) table_.header_rows = row_ + 1;
}

int GridBuilder::FreeColumn() {
  while (col_ < static_cast<int>(taken_until_.size()) && taken_until_[static_cast<size_t>(col_)] > row_) ++col_;
  return col_;
}

void GridBuilder::Cell(std::string text, int row_span, int col_span) {
  if (row_ < 0) NextRow();
  const int col = FreeColumn();
  if (col >= kColumnsMax) return;
  row_span = std::clamp(row_span, 1, kSpanMax);
  col_span = std::clamp(col_span, 1, kColumnsMax - col);
  int end = col + 1;
  while (end < col + col_span &&
         (end >= static_cast<int>(taken_until_.size()) || taken_until_[static_cast<size_t>(end)] <= row_)) {
    ++end;
  }
  if (end > static_cast<int>(taken_until_.size())) {
    taken_until_.resize(static_cast<size_t>(end), 0);
    owner_.resize(static_cast<size_t>(end), -1);
  }
  std::fill(taken_until_.begin() + col, taken_until_.begin() + end, row_ + row_span);
  std::fill(owner_.begin() + col, owner_.begin() + end, -1);
  owner_[static_cast<size_t>(col)] = static_cast<int>(table_.cells.size());
  reader::Cell& cell = table_.cells.emplace_back(TextCell(row_, col, std::move(text)));
  cell.row_span = row_span;
  cell.col_span = end - col;
  col_ = end;
}

void GridBuilder::Skip(int columns) { col_ += std::clamp(columns, 0, kColumnsMax); }

void GridBuilder::Continue(int columns) {
  const int col = FreeColumn();
  const int owner = col < static_cast<int>(owner_.size()) ? owner_[static_cast<size_t>(col)] : -1;
  if (owner < 0) return Cell({}, 1, columns);  // nothing above: an empty cell
  reader::Cell& above = table_.cells[static_cast<size_t>(owner)];
  if (above.row + above.row_span != row_ || above.col_span != columns) return Cell({}, 1, columns);
  ++above.row_span;
  std::fill_n(taken_until_.begin() + col, above.col_span, row_ + 1);
  col_ = col + above.col_span;
}

reader::Table GridBuilder::Finish() {
  table_.rows = row_ + 1;
  for (reader::Cell& cell : table_.cells) {
    cell.row_span = std::min(cell.row_span, table_.rows - cell.row);
    table_.cols = std::max(table_.cols, cell.col + cell.col_span);
  }
  std::erase_if(table_.cells,
                [](const reader::Cell& cell) { return cell.text.empty() && cell.row_span * cell.col_span == 1; });
  return std::move(table_);
}

}  // namespace yk::formats
