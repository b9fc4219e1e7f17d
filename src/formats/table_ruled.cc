// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "formats/table_finder.h"

namespace yk::formats {
namespace {

using reader::Box;

constexpr double kSameEnd = 6;        ///< points between ends of rules of one table
constexpr double kPieceGap = 28;      ///< points between pieces of one rule, drawn column by column
constexpr double kShortest = 90;      ///< points: shorter rules part footnotes
constexpr double kHeadAbove = 1.4;    ///< ems from a head to the rule under it
constexpr double kHeadHeight = 40;    ///< points: a head between two rules is not higher
constexpr double kRowsShare = 0.4;    ///< of a band's lines with several chunks, less is prose
constexpr double kProseWidth = 0.72;  ///< of the rule's length: a chunk as wide is a line of prose

/// Rules at one height with small gaps are one.
std::vector<Rule> WholeRules(const std::vector<Rule>& rules) {
  std::vector<Rule> sorted = rules;
  std::vector<Rule> out;
  for (size_t begin = 0; begin < sorted.size();) {
    size_t end = begin + 1;
    while (end < sorted.size() && sorted[end].at - sorted[begin].at <= 1.6) ++end;
    std::sort(sorted.begin() + static_cast<ptrdiff_t>(begin), sorted.begin() + static_cast<ptrdiff_t>(end),
              [](const Rule& a, const Rule& b) { return a.from < b.from; });
    Rule current = sorted[begin];
    for (size_t i = begin + 1; i < end; ++i) {
      if (sorted[i].from <= current.to + kPieceGap) {
        current.to = std::max(current.to, sorted[i].to);
      } else {
        out.push_back(current);
        current = sorted[i];
      }
    }
    out.push_back(current);
    begin = end;
  }
  std::erase_if(out, [](const Rule& rule) { return rule.Length() < kShortest; });
  return out;
}

struct Band {
  size_t lines = 0, rows = 0, prose = 0;
  bool caption = false;
};

Band Measure(const std::vector<TextLine>& lines, const Box& box) {
  Band band;
  auto at = std::lower_bound(lines.begin(), lines.end(), box.top,
                             [](const TextLine& line, double y) { return line.base < y; });
  for (; at != lines.end() && at->base <= box.bottom + at->size; ++at) {
    const TextLine& line = *at;
    if (CentreY(line.box) < box.top || CentreY(line.box) > box.bottom) continue;
    size_t inside = 0;
    double widest = 0;
    for (const Chunk& chunk : line.chunks) {
      if (CentreX(chunk.box) < box.left || CentreX(chunk.box) > box.right) continue;
      if (inside == 0 && IsCaption(TextOf(chunk))) band.caption = true;
      ++inside;
      widest = std::max(widest, chunk.box.right - chunk.box.left);
    }
    if (inside == 0) continue;
    ++band.lines;
    band.rows += inside >= 2 ? 1 : 0;
    band.prose += inside == 1 && widest > kProseWidth * (box.right - box.left) ? 1 : 0;
  }
  return band;
}

/// Bands of a table between rules: how many from `first` on belong together.
size_t BandsFrom(const std::vector<Rule>& rules, size_t first, const std::vector<TextLine>& lines, Band& total) {
  size_t taken = 0;
  Band pending;
  for (size_t i = first; i + 1 < rules.size(); ++i) {
    const Box box{rules[i].from - 4, rules[i].at, rules[i].to + 4, rules[i + 1].at};
    const Band band = Measure(lines, box);
    if (band.caption || 2 * band.prose > band.lines) break;
    if (band.lines == 0 && box.bottom - box.top > 30) break;
    pending.lines += band.lines;
    pending.rows += band.rows;
    if (band.rows == 0 && band.lines > 3) break;
    if (band.rows == 0) continue;
    if (static_cast<double>(band.rows) < kRowsShare * static_cast<double>(band.lines) && band.lines > 8) break;
    taken = i + 1 - first;
    total.lines += pending.lines;
    total.rows += pending.rows;
    pending = {};
  }
  return taken;
}

/// Whether the line on a rule looks like heads: then the rule is not a table's first, and AlignedRegions finds its top.
bool HeadsAboveRule(const Rule& rule, const std::vector<TextLine>& lines) {
  const auto below = std::lower_bound(lines.begin(), lines.end(), rule.at + 1,
                                      [](const TextLine& line, double y) { return line.base < y; });
  if (below == lines.begin()) return false;
  const TextLine& line = *(below - 1);
  if (rule.at - line.base > kHeadAbove * line.size || IsCaption(TextOf(line.chunks[0]))) return false;
  size_t short_ones = 0;
  for (const Chunk& chunk : line.chunks) {
    if (chunk.box.left < rule.from - kSameEnd || chunk.box.right > rule.to + kSameEnd) continue;
    if (chunk.box.right - chunk.box.left < 0.4 * rule.Length()) ++short_ones;
  }
  return short_ones >= 2 && short_ones == line.chunks.size();
}

/// Heads above the first long rule that stand under a shorter one: the top of where heads begin.
double HeadsUpTo(const std::vector<Rule>& rules, const Rule& top, const std::vector<TextLine>& lines) {
  double y = top.at;
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    if (rule->at > y - 6) continue;
    if (rule->at < y - kHeadHeight) break;
    if (rule->from < top.from - kSameEnd || rule->to > top.to + kSameEnd || rule->Length() < 0.2 * top.Length())
      continue;
    const Band band = Measure(lines, {top.from - 4, rule->at, top.to + 4, y});
    if (band.caption || band.prose > 0 || band.lines == 0 || band.lines > 3) break;
    y = rule->at;
  }
  return y;
}

}  // namespace

std::vector<TableRegion> RuledRegions(const PageMarks& marks, const std::vector<TextLine>& lines) {
  std::vector<Rule> rules = WholeRules(marks.across);
  std::vector<TableRegion> regions;
  std::vector<char> used(rules.size(), 0);
  for (size_t i = 0; i < rules.size(); ++i) {
    if (used[i] != 0) continue;
    std::vector<Rule> group;
    for (size_t k = i; k < rules.size(); ++k) {
      if (used[k] != 0 || std::abs(rules[k].from - rules[i].from) > kSameEnd ||
          std::abs(rules[k].to - rules[i].to) > kSameEnd) {
        continue;
      }
      used[k] = 1;
      group.push_back(rules[k]);
    }
    for (size_t first = 0; first + 1 < group.size();) {
      Band total;
      const size_t bands = BandsFrom(group, first, lines, total);
      const bool enough = bands >= 2 ? total.rows >= 2 : total.rows >= 3 && 3 * total.rows >= total.lines;
      if (bands == 0 || !enough || HeadsAboveRule(group[first], lines)) {
        ++first;
        continue;
      }
      const Box box{group[first].from - 4, HeadsUpTo(marks.across, group[first], lines), group[first].to + 4,
                    group[first + bands].at};
      regions.push_back(CutRegion(box, lines, marks));
      first += bands;
    }
  }
  return regions;
}

}  // namespace yk::formats
