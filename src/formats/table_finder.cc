// SPDX-License-Identifier: Apache-2.0
#include "formats/table_finder.h"

#include <algorithm>
#include <utility>

#include "formats/table_lattice.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Box;
using reader::Table;

constexpr size_t kWordsMax = 40'000;  ///< of a page; the densest real pages have some 10,000
constexpr size_t kDrawingsMax = 3;    ///< curves inside a grid: more make it a chart
constexpr double kDrawnLeast = 0.4;   ///< of a grid's sides; fewer are bars of a chart or boxes
constexpr double kGraphShare = 0.2;   ///< of a region that one curve reaches over
constexpr double kFrameShare = 0.85;
constexpr double kRowsShare = 0.4;  ///< of the rows that hold at least two cells; fewer are labels of a chart, or prose
constexpr double kEmptyMost = 0.85;  ///< of a grid's cells; emptier grids are charts' and forms' lines
constexpr double kHeadOnly = 2.6;    ///< ems under a short grid in which more rows may stand without lines
constexpr size_t kCaptionLines = 4;  ///< a caption, a unit and what else stands between it and the table
constexpr double kCaptionGap = 2.6;  ///< ems from one of these to what is under it
constexpr double kCaptionOff = 3;    ///< ems that a caption may stand out to the left
constexpr size_t kCellsLeast = 6;    ///< of a table without a grid
constexpr size_t kNoteLength = 60;   ///< characters: a last row of one cell as long is a note
constexpr size_t kLongCell = 400;    ///< characters: a grid of two cells with so much text is a layout

bool IsDrawing(const PageMarks& marks, const Box& box) {
  const auto inside = std::count_if(marks.drawings.begin(), marks.drawings.end(),
                                    [&](const Box& drawing) { return Holds(box, CentreX(drawing), CentreY(drawing)); });
  // One curve through the middle of it all is enough, unless it is a frame around it.
  const double area = (box.right - box.left) * (box.bottom - box.top);
  const bool graph = std::any_of(marks.drawings.begin(), marks.drawings.end(), [&](const Box& drawing) {
    const double wide = Overlap(box.left, box.right, drawing.left, drawing.right);
    const double high = Overlap(box.top, box.bottom, drawing.top, drawing.bottom);
    return wide * high > kGraphShare * area && wide * high < kFrameShare * area;
  });
  return graph || static_cast<size_t>(inside) > kDrawingsMax;
}

std::u32string CellText(const DraftCell& cell) {
  std::u32string text;
  for (const Chunk& chunk : cell.chunks) AppendText(text, TextOf(chunk));
  return text;
}

/// Takes away a caption drawn into the grid's first rows and notes in its last.
void TrimFrame(std::vector<DraftCell>& cells, int cols) {
  const auto alone = [&](int row) -> const DraftCell* {
    const DraftCell* found = nullptr;
    for (const DraftCell& cell : cells) {
      if (row < cell.row || row >= cell.row + cell.row_span) continue;
      if (found != nullptr) return nullptr;
      found = &cell;
    }
    return found != nullptr && found->col_span == cols && cols > 1 ? found : nullptr;
  };
  const auto drop = [&](const DraftCell* cell) { cells.erase(cells.begin() + (cell - cells.data())); };
  while (cells.size() > 2) {
    int first = cells.front().row;
    int last = 0;
    for (const DraftCell& cell : cells) {
      first = std::min(first, cell.row);
      last = std::max(last, cell.row + cell.row_span - 1);
    }
    const DraftCell* top = alone(first);
    if (top != nullptr && IsCaption(CellText(*top))) {
      drop(top);
      continue;
    }
    const DraftCell* bottom = alone(last);
    if (bottom != nullptr && (IsNote(CellText(*bottom)) || CellText(*bottom).size() > kNoteLength)) {
      drop(bottom);
      continue;
    }
    break;
  }
}

bool IsYear(const std::u32string& text) {
  return text.size() == 4 && (text.starts_with(U"19") || text.starts_with(U"20"));
}

/// Rows of a grid before numbers begin: at least the first when it holds none.
int LatticeHeaderRows(const std::vector<DraftCell>& cells) {
  int first_number = 1 << 20;
  int first = 1 << 20;
  for (const DraftCell& cell : cells) {
    first = std::min(first, cell.row);
    if (cell.col > 0 && IsNumberLike(CellText(cell)) && !IsYear(CellText(cell)))
      first_number = std::min(first_number, cell.row);
  }
  return first_number == 1 << 20 ? first + 1 : first_number;
}

bool MoreRowsBelow(const Lattice& lattice, const std::vector<TextLine>& lines) {
  if (lattice.ys.size() > 4) return false;
  for (const TextLine& line : lines) {
    if (line.box.top < lattice.box.bottom - 2) continue;
    if (line.box.top > lattice.box.bottom + kHeadOnly * line.size) return false;
    const auto inside = std::count_if(line.chunks.begin(), line.chunks.end(), [&](const Chunk& chunk) {
      return CentreX(chunk.box) > lattice.box.left && CentreX(chunk.box) < lattice.box.right;
    });
    if (inside >= 2) return true;
    if (inside == 1) return false;
  }
  return false;
}

bool IsLayout(const Table& table) {
  size_t most = 0;
  for (const reader::Cell& cell : table.cells) most = std::max(most, cell.text.size());
  return table.cells.size() <= 3 && most > kLongCell;
}

/// Numbers without a word beside or above them are labels of a chart.
bool HasWords(const Table& table) {
  size_t words = 0;
  for (const reader::Cell& cell : table.cells) words += IsNumberLike(text::ToUtf32(cell.text)) ? 0 : 1;
  return words >= 2;
}

/// Whether enough rows have cells beside each other.
bool HasRows(const Table& table) {
  std::vector<int> filled(static_cast<size_t>(table.rows), 0);
  for (const reader::Cell& cell : table.cells) {
    for (int row = cell.row; row < std::min(table.rows, cell.row + cell.row_span); ++row)
      ++filled[static_cast<size_t>(row)];
  }
  const auto rows = std::count_if(filled.begin(), filled.end(), [](int cells) { return cells >= 2; });
  return rows >= 2 && static_cast<double>(rows) >= kRowsShare * table.rows;
}

/// The caption over a table, with the lines that go on after it; empty when there is none.
std::string CaptionOver(const std::vector<TextLine>& lines, const Box& box) {
  size_t end = 0;
  while (end < lines.size() && CentreY(lines[end].box) < box.top) ++end;
  for (size_t back = 1; back <= kCaptionLines && back <= end; ++back) {
    const TextLine& line = lines[end - back];
    const TextLine& below = back == 1 ? line : lines[end - back + 1];
    if ((back == 1 ? box.top : below.base) - line.base > kCaptionGap * line.size) return {};
    const auto caption = std::find_if(line.chunks.begin(), line.chunks.end(), [&](const Chunk& chunk) {
      return chunk.box.left < box.right && chunk.box.right > box.left - kCaptionOff * line.size &&
             IsCaption(TextOf(chunk));
    });
    if (caption == line.chunks.end()) continue;
    std::u32string text;
    for (size_t i = end - back; i < end; ++i) {
      for (const Chunk& chunk : lines[i].chunks) {
        if (chunk.box.left >= caption->box.left - line.size && chunk.box.left < box.right)
          AppendText(text, TextOf(chunk));
      }
    }
    return text::ToUtf8(text);
  }
  return {};
}

class Finder {
 public:
  explicit Finder(PageMarks& marks) : marks_(marks) {
    for (const MarkedWord& word : marks.words) free_.push_back(&word);
    lines_ = BuildLines(free_, marks_.down);
    all_ = lines_;
  }

  std::vector<Table> Run() {
    AddLattices();
    for (const TableRegion& region : RuledRegions(marks_, lines_)) AddByText(region, true);
    for (const TableRegion& region : AlignedRegions(marks_, lines_)) AddByText(region, false);
    std::sort(tables_.begin(), tables_.end(), [](const Table& a, const Table& b) {
      return std::pair(a.box->top, a.box->left) < std::pair(b.box->top, b.box->left);
    });
    return std::move(tables_);
  }

 private:
  void AddLattices() {
    for (const Lattice& lattice : FindLattices(marks_)) {
      const bool taken = std::any_of(tables_.begin(), tables_.end(), [&](const Table& table) {
        return Holds(*table.box, CentreX(lattice.box), CentreY(lattice.box));
      });
      if (taken || IsDrawing(marks_, lattice.box) || MoreRowsBelow(lattice, lines_)) continue;
      const auto all = static_cast<double>(lattice.empty_cells) + static_cast<double>(lattice.cells.size());
      if (lattice.empty_cells > kEmptyMost * all || lattice.drawn < kDrawnLeast) continue;
      if (lattice.crowded) {
        AddByText(CutRegion(lattice.box, lines_, marks_), true);
        continue;
      }
      std::vector<DraftCell> cells = lattice.cells;
      TrimFrame(cells, static_cast<int>(lattice.xs.size()) - 1);
      const int header = LatticeHeaderRows(cells);
      Table table = MakeTable(std::move(cells), header);
      if (table.rows < 2 || table.cols < 2 || IsLayout(table)) continue;
      Add(std::move(table), lattice.box);
    }
  }

  void AddByText(TableRegion region, bool ruled) {
    if (IsDrawing(marks_, region.box)) return;
    const bool taken = std::any_of(tables_.begin(), tables_.end(), [&](const Table& table) {
      return Overlap(table.box->top, table.box->bottom, region.box.top, region.box.bottom) > 2 &&
             Overlap(table.box->left, table.box->right, region.box.left, region.box.right) > 2;
    });
    if (taken) return;
    while (!region.lines.empty() && IsCaptionLine(region.lines.front())) region.lines.erase(region.lines.begin());
    auto table = StructureByText(region);
    if (!table || table->cells.size() < kCellsLeast || (table->rows == 2 && (!ruled || table->cols == 2))) return;
    Add(std::move(*table), region.box);
  }

  static bool IsCaptionLine(const TextLine& line) {
    return line.chunks.size() <= 2 && IsCaption(TextOf(line.chunks[0]));
  }

  void Add(Table table, const Box& box) {
    if (!HasRows(table) || !HasWords(table)) return;
    table.name = CaptionOver(all_, *table.box);
    Box whole = box;
    Extend(whole, *table.box);
    std::erase_if(free_, [&](const MarkedWord* word) { return Holds(whole, CentreX(word->box), CentreY(word->box)); });
    lines_ = BuildLines(free_, marks_.down);
    tables_.push_back(std::move(table));
  }

  PageMarks& marks_;
  std::vector<const MarkedWord*> free_;
  std::vector<TextLine> lines_;  ///< of free_
  std::vector<TextLine> all_;
  std::vector<Table> tables_;
};

}  // namespace

std::vector<Table> FindTables(PageMarks marks, int page) {
  if (marks.words.size() > kWordsMax) return {};
  const int turns = TurnUpright(marks);
  CleanMarks(marks);
  if (marks.words.empty()) return {};
  std::vector<Table> tables = Finder(marks).Run();
  for (Table& table : tables) {
    table.page = page;
    if (turns == 0) continue;
    table.box = TurnBack(*table.box, turns, marks);
    for (reader::Cell& cell : table.cells) {
      if (cell.box) cell.box = TurnBack(*cell.box, turns, marks);
    }
  }
  return tables;
}

}  // namespace yk::formats
