// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "formats/table_region.h"

namespace yk::formats {
namespace {

constexpr double kOneHead = 0.9;      ///< ems of white between lines of one head
constexpr double kCentred = 0.9;      ///< ems a spanning head may be off the middle of what it spans
constexpr double kSpannerRule = 1.1;  ///< ems below a head within which its rule runs
constexpr double kSpannerMax = 0.97;  ///< of the region's width: a longer rule closes the head, spans nothing

struct Head {
  DraftCell cell;
  size_t last_line = 0;
  int level = 0;
};

/// The rule right under a head, when it is shorter than the table: its columns are what the head spans.
const Rule* SpannerRule(const TableRegion& region, const Chunk& chunk, double base, double em) {
  const Rule* found = nullptr;
  for (const Rule& rule : region.across) {
    if (rule.at < base - 0.1 * em || rule.at > base + kSpannerRule * em) continue;
    if (rule.Length() >= kSpannerMax * (region.box.right - region.box.left)) continue;
    if (Overlap(rule.from, rule.to, chunk.box.left, chunk.box.right) < 0.6 * (chunk.box.right - chunk.box.left))
      continue;
    if (rule.Length() < 1.15 * (chunk.box.right - chunk.box.left)) continue;  // underlines the words
    if (found == nullptr || rule.at < found->at) found = &rule;
  }
  return found;
}

bool HasStubHead(const std::vector<Piece>& line) { return !line.empty() && line.front().col == 0; }

struct Range {
  int first = 0, last = 0;
};

/// Whether a chunk stands on its column, not in the white beside it.
bool Meets(const std::vector<Column>& columns, const Piece& piece) {
  const Column& column = columns[static_cast<size_t>(piece.col)];
  return piece.chunk.box.left < column.right && piece.chunk.box.right > column.left;
}

/// Columns between this head's neighbours in the line whose middle is the head's middle.
Range Centred(const std::vector<Column>& columns, const Piece& piece, Range free, double em) {
  const Range own{piece.col, piece.col + piece.col_span - 1};
  const double mid = CentreX(piece.chunk.box);
  const auto off = [&](Range range) {
    return std::abs(
        (columns[static_cast<size_t>(range.first)].left + columns[static_cast<size_t>(range.last)].right) / 2 - mid);
  };
  const auto& column = columns[static_cast<size_t>(own.first)];
  const bool inside = piece.col_span == 1 && Meets(columns, piece);
  if (inside && (off(own) <= 0.5 * em || std::abs(column.left - piece.chunk.box.left) < 0.3 * em ||
                 std::abs(column.right - piece.chunk.box.right) < 0.3 * em)) {
    return own;
  }
  Range best = own;
  double least = std::min(off(own), kCentred * em) - 0.05 * em;
  for (int first = free.first; first <= own.first; ++first) {
    for (int last = own.last; last <= free.last; ++last) {
      const double distance = off({first, last}) + 0.02 * em * (last - first);
      if (distance < least) {
        least = distance;
        best = {first, last};
      }
    }
  }
  return best;
}

/// Whether a head alone beside the stub's, wider than what it stands on, heads all columns; `most`: of a lower line.
bool HeadsAll(const std::vector<Column>& columns, const std::vector<Piece>& line, size_t i, size_t most) {
  const Piece& piece = line[i];
  const size_t beside = line.size() - (line.front().col == 0 ? 1 : 0);
  if (columns.size() < 3 || piece.col == 0 || beside != 1 || most < 2) return false;
  const double left = columns[1].left;
  const double right = columns.back().right;
  const Column& own = columns[static_cast<size_t>(piece.col)];
  const double wide = piece.chunk.box.right - piece.chunk.box.left;
  return piece.col_span == 1 && wide > 1.4 * (own.right - own.left) &&
         std::abs(CentreX(piece.chunk.box) - (left + right) / 2) < 0.15 * (right - left);
}

/// What every chunk of a header line spans.
void SpanHeads(const TableRegion& region, const std::vector<Column>& columns, size_t most, std::vector<Piece>& line) {
  if (line.empty()) return;
  const TextLine& text = region.lines[line.front().line];
  const double em = text.size;
  const int count = static_cast<int>(columns.size());
  const bool stub_free = line.front().col > 0;
  for (size_t i = 0; i < line.size(); ++i) {
    Piece& piece = line[i];
    Range free{i == 0 ? (stub_free && count > 1 ? 1 : 0) : line[i - 1].col + line[i - 1].col_span,
               i + 1 < line.size() ? line[i + 1].col - 1 : count - 1};
    free.first = std::min(free.first, piece.col);
    free.last = std::max(free.last, piece.col + piece.col_span - 1);
    Range range{piece.col, piece.col + piece.col_span - 1};
    if (const Rule* rule = SpannerRule(region, piece.chunk, text.base, em)) {
      int first = count;
      int last = -1;
      for (int c = free.first; c <= free.last; ++c) {
        const Column& column = columns[static_cast<size_t>(c)];
        const double middle = (column.left + column.right) / 2;
        if (middle < rule->from || middle > rule->to) continue;
        first = std::min(first, c);
        last = c;
      }
      if (last >= first) range = {first, last};
    } else if (HeadsAll(columns, line, i, most)) {
      range = {1, count - 1};
    } else if (line.front().col == 0 && i == 0) {
      // a stub's head spans nothing
    } else if (most > line.size() - (stub_free ? 0 : 1) || piece.col_span > 1 || !Meets(columns, piece)) {
      // What spans has heads of its own under it.
      range = Centred(columns, piece, free, em);
    }
    piece.col = range.first;
    piece.col_span = range.last - range.first + 1;
  }
}

bool SameColumns(const DraftCell& cell, const Piece& piece) {
  if (cell.col == piece.col && cell.col_span == piece.col_span) return true;
  // A later line of a spanning head may be shorter than the first.
  return cell.col_span > 1 && piece.col_span > 1 && piece.col >= cell.col &&
         piece.col + piece.col_span <= cell.col + cell.col_span;
}

void AddPiece(const TableRegion& region, const Piece& piece, std::vector<Head>& heads) {
  const TextLine& line = region.lines[piece.line];
  Head* above = nullptr;
  for (Head& head : heads) {
    const bool meets = head.cell.col < piece.col + piece.col_span && piece.col < head.cell.col + head.cell.col_span;
    if (meets && head.last_line < piece.line && (above == nullptr || head.last_line > above->last_line)) above = &head;
  }
  if (above != nullptr && SameColumns(above->cell, piece)) {
    const TextLine& last = region.lines[above->last_line];
    const bool near = line.base - last.base <= (1 + kOneHead) * std::max(line.size, last.size);
    const double ruled = RuledBetween(region.across, last, line, std::min(above->cell.box.left, piece.chunk.box.left),
                                      std::max(above->cell.box.right, piece.chunk.box.right));
    if (near && ruled < 0.5) {
      above->cell.chunks.push_back(piece.chunk);
      Extend(above->cell.box, piece.chunk.box);
      above->last_line = piece.line;
      return;
    }
  }
  Head head;
  head.cell = {0, piece.col, 1, piece.col_span, {piece.chunk}, piece.chunk.box};
  head.last_line = piece.line;
  for (const Head& other : heads) {
    const bool meets = other.cell.col < piece.col + piece.col_span && piece.col < other.cell.col + other.cell.col_span;
    if (meets) head.level = std::max(head.level, other.level + 1);
  }
  heads.push_back(std::move(head));
}

}  // namespace

std::vector<DraftCell> HeaderCells(const TableRegion& region, const std::vector<std::vector<Piece>>& lines,
                                   size_t count, const std::vector<Column>& columns) {
  std::vector<Head> heads;
  for (size_t i = 0; i < count; ++i) {
    std::vector<Piece> line = lines[i];
    size_t most = 0;  // heads beside the stub's in a line below
    for (size_t k = i + 1; k < count; ++k) most = std::max(most, lines[k].size() - (HasStubHead(lines[k]) ? 1 : 0));
    SpanHeads(region, columns, most, line);
    for (const Piece& piece : line) AddPiece(region, piece, heads);
  }
  int levels = 0;
  for (const Head& head : heads) levels = std::max(levels, head.level + 1);
  std::vector<DraftCell> cells;
  for (const Head& head : heads) {
    DraftCell cell = head.cell;
    int below = levels;
    for (const Head& other : heads) {
      const bool meets = other.cell.col < cell.col + cell.col_span && cell.col < other.cell.col + other.cell.col_span;
      if (meets && other.level > head.level) below = std::min(below, other.level);
    }
    // A head with nothing above and nothing below reaches over all levels; otherwise down to what it heads.
    cell.row = head.level;
    cell.row_span = below - head.level;
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace yk::formats
