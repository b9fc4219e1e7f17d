// SPDX-License-Identifier: Apache-2.0
// Tables drawn with rulings: lines that cross make a grid, places of the grid without a line between them are one cell.
#pragma once

#include <vector>

#include "formats/table_lines.h"
#include "formats/table_marks.h"
#include "formats/table_region.h"

namespace yk::formats {

struct Lattice {
  reader::Box box;
  std::vector<double> xs, ys;    ///< places of the grid's lines, at least two each
  std::vector<DraftCell> cells;  ///< those with text
  int empty_cells = 0;
  double drawn = 0;      ///< share of the sides of its places that are lines; few: bars of a chart, boxes
  bool crowded = false;  ///< cells hold several rows or columns of the table: the lines are but hints
};

/// Every grid of the page that holds words, top to bottom.
std::vector<Lattice> FindLattices(const PageMarks& marks);

}  // namespace yk::formats
