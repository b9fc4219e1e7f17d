// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "formats/table_region.h"

namespace yk::formats {
namespace {

constexpr double kFullRule = 0.7;    ///< of the width: a line that parts rows
constexpr double kTight = 1.15;      ///< of the least line distance: lines of one text
constexpr double kLoose = 1.3;       ///< of it: rows set apart
constexpr double kOverlaps = 0.8;    ///< ems: lines nearer than this stand beside each other, not under
constexpr double kContinues = 1.75;  ///< ems between base lines of one cell's text

using Lines = std::vector<std::vector<Piece>>;

bool FullRuleAbove(const TableRegion& region, size_t line) {
  if (line == 0) return false;
  const TextLine& above = region.lines[line - 1];
  const TextLine& below = region.lines[line];
  return RuledBetween(region.across, above, below, region.box.left, region.box.right) >= kFullRule;
}

bool HasStub(const std::vector<Piece>& line) { return !line.empty() && line.front().col == 0; }
bool OnlyStub(const std::vector<Piece>& line) { return line.size() == 1 && line.front().col == 0; }
size_t Numbers(const std::vector<Piece>& line) {
  return static_cast<size_t>(
      std::count_if(line.begin(), line.end(), [](const Piece& piece) { return piece.col > 0 && piece.chunk.number; }));
}

bool StartsSmall(const Chunk& chunk) {
  const char32_t c = chunk.words.front()->text.front();
  return (c >= U'a' && c <= U'z') || c == U'(' || (c >= 0xDF && c <= 0xFF);
}

/// "2005", "2007–08", "1 2 3 4": numbers that name columns.
bool NamesColumns(const std::vector<Piece>& line) {
  size_t years = 0;
  size_t counted = 0;
  size_t all = 0;
  long previous = -1;
  for (const Piece& piece : line) {
    if (piece.col == 0) continue;
    if (!piece.chunk.number) continue;
    ++all;
    long value = 0;
    size_t digits = 0;
    const std::u32string text = TextOf(piece.chunk);
    for (const char32_t c : text) {
      if (c < U'0' || c > U'9' || digits == 4) break;
      value = value * 10 + static_cast<long>(c - U'0');
      ++digits;
    }
    if (digits == 4 && value >= 1900 && value < 2100 && (text.size() == 4 || text.size() > 5)) ++years;
    if (digits == text.size() && digits > 0 && (previous < 0 || value == previous + 1)) ++counted;
    previous = value;
  }
  return all >= 2 && (years == all || (counted == all && all >= 3));
}

bool IsData(const std::vector<Piece>& line) {
  size_t beside = 0;
  for (const Piece& piece : line) beside += piece.col > 0 ? 1 : 0;
  return beside >= 1 && 2 * Numbers(line) >= beside && (beside >= 2 || HasStub(line));
}

}  // namespace

size_t HeaderLines(const TableRegion& region, const Lines& lines) {
  const size_t count = lines.size();
  size_t data = 0;
  while (data < count && (!IsData(lines[data]) || NamesColumns(lines[data]))) ++data;
  const bool numeric = data < count && data <= std::max<size_t>(10, count / 2);
  size_t ruled = 0;
  for (size_t i = 1; i < count && i <= (numeric ? data : std::min<size_t>(count, 12)); ++i) {
    if (!FullRuleAbove(region, i)) continue;
    ruled = i;
    if (!numeric) break;
  }
  if (ruled > 0) return ruled;
  if (!numeric) return count > 1 ? 1 : 0;
  size_t header = data;
  while (header > 0 && OnlyStub(lines[header - 1])) --header;
  return header;
}

namespace {

/// What tells rows from lines inside a row.
struct Spacing {
  double least = 0;
  bool two_sizes = false;  ///< rows stand clearly further apart than lines
};

Spacing MeasureSpacing(const TableRegion& region, size_t first) {
  std::vector<double> gaps;
  for (size_t i = first + 1; i < region.lines.size(); ++i)
    gaps.push_back(region.lines[i].base - region.lines[i - 1].base);
  Spacing spacing;
  if (gaps.empty()) return spacing;
  std::sort(gaps.begin(), gaps.end());
  spacing.least = gaps[gaps.size() / 6];
  const auto loose = std::count_if(gaps.begin(), gaps.end(), [&](double gap) { return gap > kLoose * spacing.least; });
  const double share = static_cast<double>(loose) / static_cast<double>(gaps.size());
  spacing.two_sizes = share >= 0.15 && share <= 0.9;
  return spacing;
}

/// Close lines that begin anew in every column, with a capital or a digit, are rows; wrapped text goes on small.
bool LinesAreRows(const TableRegion& region, const Lines& lines, size_t first, const Spacing& spacing) {
  size_t close = 0;
  size_t anew = 0;
  for (size_t i = first + 1; i < lines.size(); ++i) {
    if (region.lines[i].base - region.lines[i - 1].base > kTight * spacing.least) continue;
    if (!HasStub(lines[i]) || lines[i].size() < 2) continue;
    ++close;
    anew += std::none_of(lines[i].begin(), lines[i].end(), [](const Piece& piece) { return StartsSmall(piece.chunk); })
                ? 1
                : 0;
  }
  return close >= 2 && 10 * anew > 6 * close;
}

/// Whether lines between rules are rows each: then no column has two numbers between two rules, but for few.
bool RulesPartRows(const TableRegion& region, const Lines& lines, size_t first) {
  size_t rules = 0;
  size_t crowded = 0;
  bool numbers_before = false;
  for (size_t i = first; i < lines.size(); ++i) {
    if (i > first && FullRuleAbove(region, i)) {
      ++rules;
      numbers_before = false;
    }
    const bool numbers = Numbers(lines[i]) > 0;
    if (numbers && numbers_before) ++crowded;
    numbers_before = numbers_before || numbers;
  }
  return rules >= 2 && 8 * crowded <= rules && 6 * rules >= lines.size() - first;
}

struct Group {
  std::vector<size_t> lines;
  bool data = false;  ///< something beside the stub
  double stub_left = 0;
  bool has_stub = false;
};

bool ContinuesWithNumbers(const std::vector<Piece>& line, const Group& group, bool tight) {
  if (group.data || !tight) return false;
  return !HasStub(line) || StartsSmall(line.front().chunk);
}

/// Whether two lines have a column in common that holds a number in one of them.
bool MeetsNumbers(const std::vector<Piece>& a, const std::vector<Piece>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Piece& x) {
    return std::any_of(b.begin(), b.end(), [&](const Piece& y) {
      return x.col < y.col + y.col_span && y.col < x.col + x.col_span && (x.chunk.number || y.chunk.number);
    });
  });
}

bool Continues(const TableRegion& region, const Lines& lines, size_t i, const Group& group, const Spacing& spacing) {
  const std::vector<Piece>& line = lines[i];
  const double gap = region.lines[i].base - region.lines[i - 1].base;
  const double em = std::max(region.lines[i].size, region.lines[i - 1].size);
  if (gap > kContinues * em && gap > kTight * spacing.least) return false;
  if (gap < kOverlaps * em && !MeetsNumbers(line, lines[i - 1])) return true;
  const bool tight = gap <= kTight * spacing.least;
  if (Numbers(line) > 0) return ContinuesWithNumbers(line, group, tight);
  if (!HasStub(line)) {
    // A head over several columns starts something new.
    if (line.size() == 1 && line.front().col_span > 1) return false;
    return group.data && (tight || !spacing.two_sizes);
  }
  if (OnlyStub(line)) {
    if (StartsSmall(line.front().chunk) && line.front().chunk.words.front()->text.front() != U'(') return true;
    if (!group.has_stub) return false;
    if (spacing.two_sizes) return tight && group.data;
    return group.data && line.front().chunk.box.left > group.stub_left + 0.4 * em;
  }
  if (spacing.two_sizes) return tight;
  return tight && StartsSmall(line.front().chunk);
}

}  // namespace

std::vector<std::vector<size_t>> GroupRows(const TableRegion& region, const Lines& lines, size_t first) {
  const Spacing spacing = MeasureSpacing(region, first);
  const bool by_rules = RulesPartRows(region, lines, first);
  size_t numeric = 0;
  for (size_t i = first; i < lines.size(); ++i) numeric += Numbers(lines[i]) > 0 ? 1 : 0;
  Spacing used = spacing;
  // Sections set apart by white look like two sizes too: numbers in most lines say that each is a row.
  if (2 * numeric > lines.size() - first || LinesAreRows(region, lines, first, spacing)) used.two_sizes = false;
  std::vector<std::vector<size_t>> rows;
  Group group;
  for (size_t i = first; i < lines.size(); ++i) {
    const bool parted = i > first && FullRuleAbove(region, i);
    const bool joins = i > first && !parted && (by_rules || Continues(region, lines, i, group, used));
    if (!joins) {
      rows.emplace_back();
      group = Group{};
    }
    if (!group.has_stub && HasStub(lines[i])) {
      group.has_stub = true;
      group.stub_left = lines[i].front().chunk.box.left;
    }
    group.data = group.data || !OnlyStub(lines[i]);
    rows.back().push_back(i);
  }
  return rows;
}

}  // namespace yk::formats
