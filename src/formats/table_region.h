// SPDX-License-Identifier: Apache-2.0
// A part of a page taken for a table, on its way to rows and columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/table_lines.h"
#include "formats/table_marks.h"
#include "reader/table.h"

namespace yk::formats {

struct TableRegion {
  reader::Box box;
  std::vector<TextLine> lines;  ///< top to bottom
  std::vector<Rule> across;     ///< inside the box, by place
  std::vector<Rule> down;
};

struct Column {
  double left = 0, right = 0;
};

/// A chunk in its place: line and columns.
struct Piece {
  Chunk chunk;
  size_t line = 0;
  int col = 0;
  int col_span = 1;
};

/// Rules and lines that lie inside `box`.
TableRegion CutRegion(const reader::Box& box, const std::vector<TextLine>& lines, const PageMarks& marks);

/// The font's size of most lines, in points; 10 when there are none.
double CommonEm(const std::vector<TextLine>& lines);

/// How much of [from, to] is covered by rules with `low` < at < `high`.
double RuledShare(const std::vector<Rule>& rules, double low, double high, double from, double to);

/// The same for the rules between two lines that follow each other, underlines of the upper one among them.
double RuledBetween(const std::vector<Rule>& rules, const TextLine& above, const TextLine& below, double from,
                    double to);

/// Columns by the white gutters that the lines with most chunks leave free.
std::vector<Column> FindColumns(const TableRegion& region);

/// The chunks of every line with their columns; chunks of body lines that run over a gutter are parted there.
std::vector<std::vector<Piece>> PlaceChunks(const TableRegion& region, const std::vector<Column>& columns);

/// Number of lines at the top that name the columns.
size_t HeaderLines(const TableRegion& region, const std::vector<std::vector<Piece>>& lines);

/// Groups of lines that make one row each, from `first` on.
std::vector<std::vector<size_t>> GroupRows(const TableRegion& region, const std::vector<std::vector<Piece>>& lines,
                                           size_t first);

/// A cell before it becomes text: chunks from top to bottom.
struct DraftCell {
  int row = 0, col = 0, row_span = 1, col_span = 1;
  std::vector<Chunk> chunks;
  reader::Box box;
};

/// The cells of the first `count` lines, several lines of a head joined, spanning heads above what they span.
std::vector<DraftCell> HeaderCells(const TableRegion& region, const std::vector<std::vector<Piece>>& lines,
                                   size_t count, const std::vector<Column>& columns);

/// Rows and columns by alignment, with the rulings there are as hints. nullopt when it is no table.
std::optional<reader::Table> StructureByText(TableRegion region);

/// The cells as a table: empty rows and columns left out, sorted, texts joined, box set.
reader::Table MakeTable(std::vector<DraftCell> cells, int header_rows);

}  // namespace yk::formats
