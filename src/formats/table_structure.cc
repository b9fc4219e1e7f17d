// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "formats/table_region.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Box;

constexpr double kNoteWidth = 0.6;  ///< of the table's

/// A row that holds one text in the middle of the columns beside the stub: it heads the rows below.
bool IsMiddleHead(const std::vector<Piece>& line, const std::vector<Column>& columns, double em) {
  if (line.size() != 1 || columns.size() < 3 || line[0].col == 0) return false;
  const double middle = (columns[1].left + columns.back().right) / 2;
  return std::abs(CentreX(line[0].chunk.box) - middle) <= 1.5 * em && !line[0].chunk.number;
}

std::vector<DraftCell> BodyCells(const TableRegion& region, const std::vector<std::vector<Piece>>& lines,
                                 const std::vector<std::vector<size_t>>& rows, const std::vector<Column>& columns) {
  std::vector<DraftCell> cells;
  const double em = CommonEm(region.lines);
  const int count = static_cast<int>(columns.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    std::vector<DraftCell> row;
    for (const size_t i : rows[r]) {
      const bool middle = rows[r].size() == 1 && IsMiddleHead(lines[i], columns, em);
      for (const Piece& piece : lines[i]) {
        const int col = middle ? 1 : piece.col;
        const int span = middle ? count - 1 : piece.col_span;
        DraftCell* same = nullptr;
        for (DraftCell& cell : row) {
          if (cell.col < col + span && col < cell.col + cell.col_span) same = &cell;
        }
        if (same == nullptr) {
          row.push_back({static_cast<int>(r), col, 1, span, {piece.chunk}, piece.chunk.box});
          continue;
        }
        same->chunks.push_back(piece.chunk);
        Extend(same->box, piece.chunk.box);
      }
    }
    cells.insert(cells.end(), std::make_move_iterator(row.begin()), std::make_move_iterator(row.end()));
  }
  return cells;
}

/// Places of the old grid that hold something, numbered anew without gaps.
std::map<int, int> Renumber(const std::vector<DraftCell>& cells, int DraftCell::*place) {
  std::map<int, int> numbers;
  for (const DraftCell& cell : cells) numbers[cell.*place] = 0;
  int next = 0;
  for (auto& [old, number] : numbers) number = next++;
  return numbers;
}

std::string CellText(const std::vector<Chunk>& chunks) {
  std::u32string text;
  for (const Chunk& chunk : chunks) AppendText(text, TextOf(chunk));
  return text::ToUtf8(text);
}

}  // namespace

reader::Table MakeTable(std::vector<DraftCell> cells, int header_rows) {
  std::erase_if(cells, [](const DraftCell& cell) { return cell.chunks.empty(); });
  reader::Table table;
  const std::map<int, int> rows = Renumber(cells, &DraftCell::row);
  const std::map<int, int> cols = Renumber(cells, &DraftCell::col);
  const auto span = [](const std::map<int, int>& numbers, int at, int length) {
    return std::max(1, static_cast<int>(std::distance(numbers.find(at), numbers.lower_bound(at + length))));
  };
  for (const DraftCell& draft : cells) {
    reader::Cell cell;
    cell.row = rows.at(draft.row);
    cell.col = cols.at(draft.col);
    cell.row_span = span(rows, draft.row, draft.row_span);
    cell.col_span = span(cols, draft.col, draft.col_span);
    cell.text = CellText(draft.chunks);
    cell.box = draft.box;
    if (!table.box) table.box = draft.box;
    Extend(*table.box, draft.box);
    table.rows = std::max(table.rows, cell.row + cell.row_span);
    table.cols = std::max(table.cols, cell.col + cell.col_span);
    if (draft.row < header_rows) table.header_rows = std::max(table.header_rows, cell.row + 1);
    table.cells.push_back(std::move(cell));
  }
  std::sort(table.cells.begin(), table.cells.end(), [](const reader::Cell& a, const reader::Cell& b) {
    return std::pair(a.row, a.col) < std::pair(b.row, b.col);
  });
  return table;
}

std::optional<reader::Table> StructureByText(TableRegion region) {
  // Notes under the last row: one text from side to side.
  const double wide = kNoteWidth * (region.box.right - region.box.left);
  while (region.lines.size() > 2 && region.lines.back().chunks.size() == 1 &&
         (region.lines.back().box.right - region.lines.back().box.left > wide ||
          IsNote(TextOf(region.lines.back().chunks[0])))) {
    region.lines.pop_back();
  }
  if (region.lines.size() < 2) return std::nullopt;
  const std::vector<Column> columns = FindColumns(region);
  if (columns.size() < 2) return std::nullopt;
  const std::vector<std::vector<Piece>> lines = PlaceChunks(region, columns);
  const size_t header = HeaderLines(region, lines);
  std::vector<DraftCell> cells = HeaderCells(region, lines, header, columns);
  int header_rows = 0;
  for (const DraftCell& cell : cells) header_rows = std::max(header_rows, cell.row + cell.row_span);
  const std::vector<std::vector<size_t>> rows = GroupRows(region, lines, header);
  for (DraftCell& cell : BodyCells(region, lines, rows, columns)) {
    cell.row += header_rows;
    cells.push_back(std::move(cell));
  }
  reader::Table table = MakeTable(std::move(cells), header_rows);
  if (table.rows < 2 || table.cols < 2) return std::nullopt;
  return table;
}

}  // namespace yk::formats
