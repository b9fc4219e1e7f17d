// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reader/table.h"

namespace yk::formats {

reader::Cell TextCell(int row, int col, std::string text);

/// Puts the cells of a table's rows at their places, as HTML, Word and OpenDocument write them: row by row, where cells
/// that reach down from above take up columns. No two cells of the result overlap, whatever the spans say.
class GridBuilder {
 public:
  void NextRow(bool header = false);

  /// At the next free place of the row. Spans below 1 count as 1; those that reach beyond the table are cut.
  void Cell(std::string text, int row_span = 1, int col_span = 1);

  /// Leaves places empty.
  void Skip(int columns);

  /// These columns belong to the cell above (Word writes vertical merges so).
  void Continue(int columns);

  size_t cells() const { return table_.cells.size(); }
  reader::Table Finish();

 private:
  int FreeColumn();

  reader::Table table_;
  std::vector<int> taken_until_;  ///< by column: rows below this one are taken from above
  std::vector<int> owner_;        ///< by column: the last cell that began there, -1
  int row_ = -1;
  int col_ = 0;
  bool headers_ = true;  ///< all rows so far were header rows
};

}  // namespace yk::formats
