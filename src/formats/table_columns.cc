// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "formats/table_region.h"

namespace yk::formats {
namespace {

constexpr double kGutterMin = 0.25;     ///< ems; narrower white is chance
constexpr size_t kOutliersEvery = 14;   ///< one line in so many may run over a gutter
constexpr double kSpannedShare = 0.35;  ///< of a column's width that a chunk over several columns covers
constexpr double kLongRule = 0.6;       ///< of the region's height: a vertical line that parts columns
constexpr double kHeadGap = 0.4;        ///< ems between heads of two columns
constexpr double kHeadOff = 0.5;        ///< ems a head's edge or middle may be off its column's
constexpr double kUnderline = 0.1;      ///< ems an underline may reach into its letters
constexpr double kSmallLetters = 0.45;  ///< ems small letters are high: a rule nearer to a base line strikes through
constexpr double kPartGap = 0.18;       ///< ems between words at which a chunk may be parted at a gutter

/// Lines that show the columns: of those with numbers if there are some, the ones with most chunks.
std::vector<const TextLine*> VotingLines(const TableRegion& region) {
  std::vector<size_t> counts;
  for (const TextLine& line : region.lines) counts.push_back(line.chunks.size());
  std::sort(counts.rbegin(), counts.rend());
  if (counts.empty()) return {};
  const size_t needed = std::max<size_t>(2, counts.size() / 8);
  const size_t most = counts[std::min(needed, counts.size()) - 1];
  const size_t least = std::max<size_t>(2, most / 2 + 1);
  std::vector<const TextLine*> all;
  std::vector<const TextLine*> numeric;
  for (const TextLine& line : region.lines) {
    if (line.chunks.size() < least) continue;
    all.push_back(&line);
    const auto numbers = std::count_if(line.chunks.begin(), line.chunks.end(), [](const Chunk& c) { return c.number; });
    if (2 * static_cast<size_t>(numbers) >= line.chunks.size()) numeric.push_back(&line);
  }
  return numeric.size() >= 3 && 2 * numeric.size() >= all.size() ? numeric : all;
}

struct Edge {
  double at;
  int step;
};

/// Stretches that more than `tolerated` of the intervals cover.
std::vector<Column> Covered(const std::vector<Column>& intervals, size_t tolerated) {
  std::vector<Edge> edges;
  for (const Column& interval : intervals) {
    edges.push_back({interval.left, 1});
    edges.push_back({std::max(interval.right, interval.left + 0.1), -1});
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return std::pair(a.at, -a.step) < std::pair(b.at, -b.step); });
  std::vector<Column> out;
  int depth = 0;
  const int threshold = static_cast<int>(tolerated) + 1;
  for (const Edge& edge : edges) {
    const int before = depth;
    depth += edge.step;
    if (before < threshold && depth >= threshold) out.push_back({edge.at, edge.at});
    if (before >= threshold && depth < threshold) out.back().right = edge.at;
  }
  return out;
}

std::vector<double> ForcedGutters(const TableRegion& region) {
  std::vector<double> forced;
  const double height = region.box.bottom - region.box.top;
  for (size_t i = 0; i < region.down.size();) {
    double length = 0;
    size_t end = i;
    for (; end < region.down.size() && region.down[end].at - region.down[i].at < 3; ++end)
      length += region.down[end].Length();
    if (length >= kLongRule * height) forced.push_back(region.down[i].at);
    i = end;
  }
  return forced;
}

/// The nearest column of a chunk that lies in a gutter.
int Nearest(const std::vector<Column>& columns, const reader::Box& box) {
  int best = 0;
  double nearest = 1e9;
  for (size_t c = 0; c < columns.size(); ++c) {
    const double gap = std::max({0.0, columns[c].left - box.right, box.left - columns[c].right}) +
                       0.01 * std::abs((columns[c].left + columns[c].right) / 2 - CentreX(box));
    if (gap < nearest) {
      nearest = gap;
      best = static_cast<int>(c);
    }
  }
  return best;
}

/// Columns a chunk reaches: [first, last].
std::pair<int, int> Reach(const std::vector<Column>& columns, const reader::Box& box, double share) {
  int first = -1;
  int last = -1;
  for (size_t c = 0; c < columns.size(); ++c) {
    const double common = Overlap(columns[c].left, columns[c].right, box.left, box.right);
    const double width = std::max(0.1, columns[c].right - columns[c].left);
    if (common >= share * width || common >= 0.6 * (box.right - box.left)) {
      if (first < 0) first = static_cast<int>(c);
      last = static_cast<int>(c);
    }
  }
  if (first < 0) first = last = Nearest(columns, box);
  return {first, last};
}

/// Parts a chunk between words where gutters are.
std::vector<Chunk> PartAtGutters(const Chunk& chunk, const std::vector<Column>& columns, double em) {
  std::vector<Chunk> parts;
  std::vector<const MarkedWord*> current;
  for (const MarkedWord* word : chunk.words) {
    if (!current.empty()) {
      const double from = current.back()->box.right;
      const double to = word->box.left;
      bool gutter = false;
      for (size_t c = 0; c + 1 < columns.size() && to - from >= kPartGap * em; ++c) {
        const bool touches = from <= columns[c + 1].left + 0.1 * em && to >= columns[c].right - 0.1 * em;
        gutter = gutter || (touches && from < columns[c + 1].left && to > columns[c].right);
      }
      if (gutter) parts.push_back(MakeChunk(std::exchange(current, {})));
    }
    current.push_back(word);
  }
  parts.push_back(MakeChunk(std::move(current)));
  return parts;
}

/// Whether the parts of a chunk stand in columns of their own, in line with them: heads set close together.
bool StandInColumns(const std::vector<Chunk>& parts, const std::vector<Column>& columns, double em) {
  int taken = -1;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && parts[i].box.left - parts[i - 1].box.right < kHeadGap * em) return false;
    const auto [first, last] = Reach(columns, parts[i].box, kSpannedShare);
    const Column& column = columns[static_cast<size_t>(first)];
    const double off = std::min({std::abs(column.left - parts[i].box.left), std::abs(column.right - parts[i].box.right),
                                 std::abs((column.left + column.right) / 2 - CentreX(parts[i].box))});
    if (first != last || first <= taken || off > kHeadOff * em) return false;
    taken = first;
  }
  return true;
}

}  // namespace

double CommonEm(const std::vector<TextLine>& lines) {
  std::vector<double> sizes;
  for (const TextLine& line : lines) sizes.push_back(line.size);
  if (sizes.empty()) return 10;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<ptrdiff_t>(sizes.size() / 2), sizes.end());
  return std::max(1.0, sizes[sizes.size() / 2]);
}

double RuledShare(const std::vector<Rule>& rules, double low, double high, double from, double to) {
  std::vector<Column> parts;
  auto at = std::lower_bound(rules.begin(), rules.end(), low, [](const Rule& rule, double y) { return rule.at < y; });
  for (; at != rules.end() && at->at <= high; ++at) {
    if (Overlap(at->from, at->to, from, to) > 0) parts.push_back({std::max(at->from, from), std::min(at->to, to)});
  }
  double covered = 0;
  for (const Column& part : Covered(parts, 0)) covered += part.right - part.left;
  return covered / std::max(0.1, to - from);
}

double RuledBetween(const std::vector<Rule>& rules, const TextLine& above, const TextLine& below, double from,
                    double to) {
  return RuledShare(rules, above.base - kUnderline * above.size, below.base - kSmallLetters * below.size, from, to);
}

TableRegion CutRegion(const reader::Box& box, const std::vector<TextLine>& lines, const PageMarks& marks) {
  TableRegion region{box, {}, {}, {}};
  for (const TextLine& line : lines) {
    if (CentreY(line.box) < box.top || CentreY(line.box) > box.bottom) continue;
    TextLine inside{{}, line.box, line.base, line.size};
    for (const Chunk& chunk : line.chunks) {
      if (CentreX(chunk.box) < box.left || CentreX(chunk.box) > box.right) continue;
      if (inside.chunks.empty()) inside.box = chunk.box;
      Extend(inside.box, chunk.box);
      inside.chunks.push_back(chunk);
    }
    if (!inside.chunks.empty()) region.lines.push_back(std::move(inside));
  }
  const auto clip = [](const std::vector<Rule>& rules, double low, double high, double from, double to) {
    std::vector<Rule> out;
    for (Rule rule : rules) {
      rule.from = std::max(rule.from, from);
      rule.to = std::min(rule.to, to);
      if (rule.at >= low && rule.at <= high && rule.to > rule.from) out.push_back(rule);
    }
    return out;
  };
  region.across = clip(marks.across, box.top - 4, box.bottom + 4, box.left - 2, box.right + 2);
  region.down = clip(marks.down, box.left - 4, box.right + 4, box.top - 2, box.bottom + 2);
  return region;
}

std::vector<Column> FindColumns(const TableRegion& region) {
  const std::vector<const TextLine*> voting = VotingLines(region);
  std::vector<Column> intervals;
  for (const TextLine* line : voting) {
    for (const Chunk& chunk : line->chunks) intervals.push_back({chunk.box.left, chunk.box.right});
  }
  std::vector<Column> columns = Covered(intervals, voting.size() / kOutliersEvery);
  // Chunks wholly in what then counts as white have a column of their own.
  std::vector<Column> lonely;
  for (const Column& interval : intervals) {
    const bool apart = std::none_of(columns.begin(), columns.end(), [&](const Column& column) {
      return Overlap(column.left, column.right, interval.left, interval.right) > 0;
    });
    if (apart) lonely.push_back(interval);
  }
  for (const Column& column : Covered(lonely, 0)) columns.push_back(column);
  std::sort(columns.begin(), columns.end(), [](const Column& a, const Column& b) { return a.left < b.left; });
  const double em = CommonEm(region.lines);
  const std::vector<double> forced = ForcedGutters(region);
  std::vector<Column> out;
  for (const Column& column : columns) {
    const bool parted = !out.empty() && std::any_of(forced.begin(), forced.end(), [&](double x) {
      return x >= out.back().right - 0.5 * em && x <= column.left + 0.5 * em;
    });
    if (!out.empty() && !parted && column.left - out.back().right < kGutterMin * em) {
      out.back().right = std::max(out.back().right, column.right);
    } else {
      out.push_back(column);
    }
  }
  return out;
}

std::vector<std::vector<Piece>> PlaceChunks(const TableRegion& region, const std::vector<Column>& columns) {
  const double em = CommonEm(region.lines);
  std::vector<std::vector<Piece>> out(region.lines.size());
  for (size_t i = 0; i < region.lines.size(); ++i) {
    const TextLine& line = region.lines[i];
    const bool body = 2 * line.chunks.size() > columns.size() || line.chunks.size() >= 3;
    for (const Chunk& chunk : line.chunks) {
      auto [first, last] = Reach(columns, chunk.box, body ? 0.12 : kSpannedShare);
      std::vector<Chunk> parts = {chunk};
      if (last > first) parts = PartAtGutters(chunk, columns, em);
      if (!body && !StandInColumns(parts, columns, em)) parts = {chunk};
      for (Chunk& part : parts) {
        std::tie(first, last) = Reach(columns, part.box, kSpannedShare);
        Piece piece{std::move(part), i, first, last - first + 1};
        std::vector<Piece>& row = out[i];
        if (!row.empty() && row.back().col + row.back().col_span > piece.col) {
          const int taken = row.back().col + row.back().col_span - 1;
          if (piece.col_span > 1 && taken < piece.col + piece.col_span - 1) {
            piece.col_span -= taken + 1 - piece.col;
            piece.col = taken + 1;
          } else {  // two chunks of one column: one text
            row.back().chunk.words.insert(row.back().chunk.words.end(), piece.chunk.words.begin(),
                                          piece.chunk.words.end());
            row.back().chunk = MakeChunk(std::move(row.back().chunk.words));
            continue;
          }
        }
        row.push_back(std::move(piece));
      }
    }
  }
  return out;
}

}  // namespace yk::formats
