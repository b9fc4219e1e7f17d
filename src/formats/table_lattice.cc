// SPDX-License-Identifier: Apache-2.0
#include "formats/table_lattice.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

namespace yk::formats {
namespace {

using reader::Box;

constexpr double kTouch = 3.0;         ///< points a line may end before the one it meets
constexpr double kSamePlace = 3.2;     ///< points between lines that are one border: double lines, cells drawn apart
constexpr double kSameColumn = 6.0;    ///< the same for vertical lines: no column is as narrow
constexpr int kSplitRows = 4;          ///< a text of one cell seldom happens to fill as many rows line by line
constexpr double kBorderShare = 0.55;  ///< of a grid place's side that a line must cover to part it from the next
constexpr size_t kCrossingsMax = 8'000'000;  ///< pairs of lines looked at on one page
constexpr size_t kPlacesMax = 40'000;        ///< of one grid

class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t Find(size_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  void Join(size_t a, size_t b) { parent_[Find(a)] = Find(b); }

 private:
  std::vector<size_t> parent_;
};

struct Lines {
  std::vector<Rule> across, down;
};

/// Lines that hang together by crossing or touching.
std::vector<Lines> Components(const PageMarks& marks) {
  const size_t across = marks.across.size();
  if (across * marks.down.size() > kCrossingsMax) return {};
  Groups groups(across + marks.down.size());
  for (size_t d = 0; d < marks.down.size(); ++d) {
    const Rule& down = marks.down[d];
    auto at = std::lower_bound(marks.across.begin(), marks.across.end(), down.from - kTouch,
                               [](const Rule& rule, double y) { return rule.at < y; });
    for (; at != marks.across.end() && at->at <= down.to + kTouch; ++at) {
      if (down.at < at->from - kTouch || down.at > at->to + kTouch) continue;
      groups.Join(static_cast<size_t>(at - marks.across.begin()), across + d);
    }
  }
  std::vector<Lines> all(across + marks.down.size());
  for (size_t i = 0; i < across; ++i) all[groups.Find(i)].across.push_back(marks.across[i]);
  for (size_t i = 0; i < marks.down.size(); ++i) all[groups.Find(across + i)].down.push_back(marks.down[i]);
  std::erase_if(all, [](const Lines& lines) { return lines.across.size() < 2 || lines.down.empty(); });
  return all;
}

std::vector<double> Places(std::vector<double> raw, double same) {
  std::sort(raw.begin(), raw.end());
  std::vector<double> places;
  double begin = 0;
  for (const double at : raw) {
    if (places.empty() || at - begin > same) {
      places.push_back(at);
      begin = at;
    } else {
      places.back() = (begin + at) / 2;
    }
  }
  return places;
}

/// For every line of the grid, which of its sides are drawn: [line][side].
std::vector<std::vector<bool>> Borders(const std::vector<Rule>& rules, const std::vector<double>& lines,
                                       const std::vector<double>& sides, double same) {
  std::vector<std::vector<double>> covered(lines.size(), std::vector<double>(sides.size() - 1, 0));
  for (const Rule& rule : rules) {
    const auto at = std::lower_bound(lines.begin(), lines.end(), rule.at - same);
    if (at == lines.end() || *at > rule.at + same) continue;
    auto nearest = at;
    if (at + 1 != lines.end() && std::abs(*(at + 1) - rule.at) < std::abs(*at - rule.at)) ++nearest;
    auto& row = covered[static_cast<size_t>(nearest - lines.begin())];
    for (size_t s = 0; s + 1 < sides.size(); ++s) row[s] += Overlap(rule.from, rule.to, sides[s], sides[s + 1]);
  }
  std::vector<std::vector<bool>> drawn(lines.size(), std::vector<bool>(sides.size() - 1));
  for (size_t l = 0; l < lines.size(); ++l) {
    for (size_t s = 0; s + 1 < sides.size(); ++s)
      drawn[l][s] = covered[l][s] >= kBorderShare * (sides[s + 1] - sides[s]);
  }
  return drawn;
}

/// Places joined to rectangles: to the right while no line parts them, then down while the whole width is open.
std::vector<DraftCell> Rectangles(const Lines& lines, const std::vector<double>& xs, const std::vector<double>& ys,
                                  double& share) {
  const auto across = Borders(lines.across, ys, xs, kSamePlace);
  const auto down = Borders(lines.down, xs, ys, kSameColumn);
  size_t drawn = 0;
  size_t sides = 0;
  for (const auto* borders : {&across, &down}) {
    for (const std::vector<bool>& line : *borders) {
      drawn += static_cast<size_t>(std::count(line.begin(), line.end(), true));
      sides += line.size();
    }
  }
  share = static_cast<double>(drawn) / static_cast<double>(sides);
  const size_t rows = ys.size() - 1;
  const size_t cols = xs.size() - 1;
  std::vector<char> taken(rows * cols, 0);
  std::vector<DraftCell> cells;
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < cols; ++c) {
      if (taken[r * cols + c] != 0) continue;
      size_t right = c + 1;
      while (right < cols && !down[right][r] && taken[r * cols + right] == 0) ++right;
      size_t bottom = r + 1;
      const auto open = [&](size_t row) {
        for (size_t k = c; k < right; ++k) {
          if (across[row][k] || taken[row * cols + k] != 0 || (k > c && down[k][row])) return false;
        }
        return true;
      };
      while (bottom < rows && open(bottom)) ++bottom;
      for (size_t row = r; row < bottom; ++row)
        std::fill_n(taken.begin() + static_cast<ptrdiff_t>(row * cols + c), right - c, 1);
      DraftCell& cell = cells.emplace_back();
      cell.row = static_cast<int>(r);
      cell.col = static_cast<int>(c);
      cell.row_span = static_cast<int>(bottom - r);
      cell.col_span = static_cast<int>(right - c);
      cell.box = {xs[c], ys[r], xs[right], ys[bottom]};
    }
  }
  return cells;
}

/// Whether a cell's text looks like several rows or columns of a table.
bool IsCrowded(const std::vector<TextLine>& lines, int col_span) {
  size_t numbers = 0;
  size_t parted = 0;
  for (const TextLine& line : lines) {
    if (line.chunks.size() >= 3 && col_span > 1) return true;
    if (line.chunks.size() >= 2) ++parted;
    if (line.chunks.size() == 1 && line.chunks[0].number) ++numbers;
  }
  return numbers >= 3 && 3 * numbers >= 2 * lines.size() ? true : parted >= 2 && 2 * parted >= lines.size();
}

std::vector<const MarkedWord*> WordsIn(const std::vector<const MarkedWord*>& sorted, const Box& box) {
  std::vector<const MarkedWord*> out;
  auto at = std::lower_bound(sorted.begin(), sorted.end(), box.top,
                             [](const MarkedWord* word, double y) { return CentreY(word->box) < y; });
  for (; at != sorted.end() && CentreY((*at)->box) < box.bottom; ++at) {
    if (CentreX((*at)->box) >= box.left && CentreX((*at)->box) < box.right) out.push_back(*at);
  }
  return out;
}

/// A cell that reaches over many rows because lines are missing, with a text in nearly each: one cell per row.
std::vector<DraftCell> SplitByRows(const DraftCell& cell, const std::vector<double>& ys,
                                   const std::vector<const MarkedWord*>& words) {
  std::vector<DraftCell> rows;
  if (cell.row_span < kSplitRows) return rows;
  for (int r = cell.row; r < cell.row + cell.row_span; ++r) {
    DraftCell row = cell;
    row.row = r;
    row.row_span = 1;
    row.box.top = ys[static_cast<size_t>(r)];
    row.box.bottom = ys[static_cast<size_t>(r) + 1];
    const std::vector<const MarkedWord*> inside = WordsIn(words, row.box);
    if (inside.empty()) continue;
    for (TextLine& line : BuildLines(inside, {})) {
      std::move(line.chunks.begin(), line.chunks.end(), std::back_inserter(row.chunks));
    }
    rows.push_back(std::move(row));
  }
  if (5 * static_cast<int>(rows.size()) < 4 * cell.row_span) rows.clear();
  return rows;
}

/// A cell over several columns whose one line is set column by column: one cell per column.
std::vector<DraftCell> SplitByColumns(const DraftCell& cell, const std::vector<double>& xs,
                                      const std::vector<TextLine>& lines) {
  std::vector<DraftCell> parts;
  if (cell.col_span < 2 || lines.size() != 1 || lines[0].chunks.size() < 2) return parts;
  for (const Chunk& chunk : lines[0].chunks) {
    const auto after = std::upper_bound(xs.begin(), xs.end(), CentreX(chunk.box));
    const int col = static_cast<int>(after - xs.begin()) - 1;
    const bool inside = after != xs.begin() && after != xs.end() && chunk.box.left >= *(after - 1) - kTouch &&
                        chunk.box.right <= *after + kTouch;
    if (!inside || (!parts.empty() && parts.back().col >= col)) return {};
    DraftCell& part = parts.emplace_back(cell);
    part.col = col;
    part.col_span = 1;
    part.box.left = *(after - 1);
    part.box.right = *after;
    part.chunks = {chunk};
  }
  return parts;
}

/// Puts words into the cells; drops what stays empty.
void Fill(Lattice& lattice, const std::vector<const MarkedWord*>& sorted) {
  size_t crowded = 0;
  std::vector<DraftCell> filled;
  for (DraftCell& cell : lattice.cells) {
    const std::vector<const MarkedWord*> words = WordsIn(sorted, cell.box);
    if (words.empty()) {
      ++lattice.empty_cells;
      continue;
    }
    std::vector<DraftCell> parts = SplitByRows(cell, lattice.ys, words);
    const std::vector<TextLine> lines = BuildLines(words, {});
    if (parts.empty()) parts = SplitByColumns(cell, lattice.xs, lines);
    if (!parts.empty()) {
      std::move(parts.begin(), parts.end(), std::back_inserter(filled));
      // Lines are missing all over, not in one head: better go by the text.
      if (parts.size() >= 3 && parts.front().col != parts.back().col) ++crowded;
      continue;
    }
    if (IsCrowded(lines, cell.col_span)) ++crowded;
    for (const TextLine& line : lines) cell.chunks.insert(cell.chunks.end(), line.chunks.begin(), line.chunks.end());
    filled.push_back(std::move(cell));
  }
  lattice.cells = std::move(filled);
  lattice.crowded = crowded >= 2 || (crowded == 1 && lattice.cells.size() <= 8);
}

}  // namespace

std::vector<Lattice> FindLattices(const PageMarks& marks) {
  std::vector<const MarkedWord*> sorted;
  for (const MarkedWord& word : marks.words) sorted.push_back(&word);
  std::sort(sorted.begin(), sorted.end(),
            [](const MarkedWord* a, const MarkedWord* b) { return CentreY(a->box) < CentreY(b->box); });
  std::vector<Lattice> lattices;
  for (const Lines& lines : Components(marks)) {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const Rule& rule : lines.down) xs.push_back(rule.at);
    double left = 1e9;
    double right = -1e9;
    for (const Rule& rule : lines.across) {
      ys.push_back(rule.at);
      left = std::min(left, rule.from);
      right = std::max(right, rule.to);
    }
    // Tables open at the sides: the horizontal lines say where they end.
    const auto [first, last] = std::minmax_element(xs.begin(), xs.end());
    const bool open_left = *first - left > 3 * kTouch;
    const bool open_right = right - *last > 3 * kTouch;
    if (open_left) xs.push_back(left);
    if (open_right) xs.push_back(right);
    Lattice lattice;
    lattice.xs = Places(std::move(xs), kSameColumn);
    lattice.ys = Places(std::move(ys), kSamePlace);
    if (lattice.xs.size() < 2 || lattice.ys.size() < 2 || lattice.xs.size() * lattice.ys.size() > kPlacesMax) continue;
    lattice.box = {lattice.xs.front(), lattice.ys.front(), lattice.xs.back(), lattice.ys.back()};
    Lines closed = lines;
    if (open_left) closed.down.push_back({left, lattice.box.top, lattice.box.bottom});
    if (open_right) closed.down.push_back({right, lattice.box.top, lattice.box.bottom});
    lattice.cells = Rectangles(closed, lattice.xs, lattice.ys, lattice.drawn);
    Fill(lattice, sorted);
    if (!lattice.cells.empty()) lattices.push_back(std::move(lattice));
  }
  std::sort(lattices.begin(), lattices.end(), [](const Lattice& a, const Lattice& b) { return a.box.top < b.box.top; });
  return lattices;
}

}  // namespace yk::formats
