// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "formats/table_finder.h"

namespace yk::formats {
namespace {

using reader::Box;

constexpr double kAligned = 0.45;   ///< ems that edges or middles under each other may differ
constexpr double kRowGap = 3.3;     ///< ems between base lines of rows of one table
constexpr size_t kSinglesMax = 3;   ///< lines of one chunk in a row inside a table: section heads, wrapped text
constexpr size_t kProseWords = 5;   ///< of a chunk that may be a line of prose
constexpr double kProseEms = 13;    ///< least width of one
constexpr double kProseStep = 2.0;  ///< ems between base lines of a paragraph
constexpr size_t kProseBack = 12;   ///< lines looked back at: columns set off the grid lie between
constexpr size_t kProseLines = 3;
constexpr size_t kHeadLinesMax = 7;   ///< above the first row
constexpr double kHeadGap = 2.4;      ///< ems between a head's base line and what is under it
constexpr double kFullRule = 0.7;     ///< of the table's width
constexpr double kShortRule = 0.3;    ///< of it: enough to stand over a head of some columns
constexpr double kRuleOver = 2.2;     ///< ems over a head's base line where such a rule may run
constexpr size_t kTailMax = 3;        ///< lines of one chunk between the last row and the rule that closes the table
constexpr double kNextTable = 1.6;    ///< of the usual line distance: white before another table
constexpr double kNumbersMin = 0.45;  ///< of the chunks beside the first: fewer numbers need other signs

/// Takes paragraphs away: chunks of many words that stand under each other.
std::vector<TextLine> WithoutProse(const std::vector<TextLine>& lines) {
  struct Place {
    size_t line, chunk;
  };
  std::vector<std::vector<char>> prose;
  std::vector<std::vector<int>> depth(lines.size());
  std::vector<std::vector<Place>> above(lines.size());
  const auto may_be = [&](size_t i, size_t c) {
    const Chunk& chunk = lines[i].chunks[c];
    if (chunk.words.size() < kProseWords || chunk.box.right - chunk.box.left < kProseEms * lines[i].size) return false;
    return c + 1 >= lines[i].chunks.size() || !lines[i].chunks[c + 1].number;
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    prose.emplace_back(lines[i].chunks.size(), 0);
    depth[i].assign(lines[i].chunks.size(), 0);
    above[i].resize(lines[i].chunks.size());
    for (size_t c = 0; c < lines[i].chunks.size(); ++c) {
      const Chunk& chunk = lines[i].chunks[c];
      const bool full = may_be(i, c);
      depth[i][c] = full ? 1 : 0;
      for (size_t k = i;
           k-- > 0 && i - k <= kProseBack && lines[i].base - lines[k].base <= kProseStep * lines[i].size;) {
        for (size_t d = 0; d < lines[k].chunks.size(); ++d) {
          if (depth[k][d] == 0 || std::abs(lines[k].chunks[d].box.left - chunk.box.left) > 2.2 * lines[i].size)
            continue;
          if (!full && prose[k][d] == 0) continue;
          if (full && depth[k][d] + 1 > depth[i][c]) {
            depth[i][c] = depth[k][d] + 1;
            above[i][c] = {k, d};
          }
          // The last line of a paragraph is short.
          if (!full && !chunk.number && lines[i].chunks.size() <= 3) prose[i][c] = 1;
        }
      }
      if (depth[i][c] < static_cast<int>(kProseLines)) continue;
      for (Place at{i, c}; prose[at.line][at.chunk] == 0;) {
        prose[at.line][at.chunk] = 1;
        if (depth[at.line][at.chunk] <= 1) break;
        at = above[at.line][at.chunk];
      }
    }
  }
  std::vector<TextLine> out;
  for (size_t i = 0; i < lines.size(); ++i) {
    TextLine kept{{}, {}, lines[i].base, lines[i].size};
    for (size_t c = 0; c < lines[i].chunks.size(); ++c) {
      if (prose[i][c] != 0) continue;
      if (kept.chunks.empty()) kept.box = lines[i].chunks[c].box;
      Extend(kept.box, lines[i].chunks[c].box);
      kept.chunks.push_back(lines[i].chunks[c]);
    }
    if (!kept.chunks.empty()) out.push_back(std::move(kept));
  }
  return out;
}

size_t AlignedPairs(const TextLine& a, const TextLine& b) {
  const double near = kAligned * std::max(a.size, b.size);
  size_t pairs = 0;
  for (const Chunk& x : a.chunks) {
    for (const Chunk& y : b.chunks) {
      if (y.box.left > x.box.right + near) break;
      const bool aligned = std::abs(x.box.left - y.box.left) <= near || std::abs(x.box.right - y.box.right) <= near ||
                           std::abs(CentreX(x.box) - CentreX(y.box)) <= near;
      if (aligned) {
        ++pairs;
        break;
      }
    }
  }
  return pairs;
}

struct Run {
  std::vector<size_t> lines;
  std::vector<size_t> rows;  ///< of them, those with several chunks
  Box box;
};

bool Joins(const std::vector<TextLine>& lines, size_t i, const Run& run) {
  const TextLine& line = lines[i];
  const TextLine& last = lines[run.lines.back()];
  if (line.base - last.base > kRowGap * std::max(line.size, last.size)) return false;
  if (IsCaption(TextOf(line.chunks[0])) || (IsNote(TextOf(line.chunks[0])) && line.chunks.size() == 1)) return false;
  if (line.chunks.size() >= 2) {
    for (size_t k = run.rows.size(); k-- > 0 && k + 4 > run.rows.size();) {
      if (AlignedPairs(lines[run.rows[k]], line) >= 2) return true;
    }
    return false;
  }
  const double slack = 2 * line.size;
  return run.lines.back() - run.rows.back() < kSinglesMax && line.box.left >= run.box.left - slack &&
         line.box.right <= run.box.right + slack &&
         line.box.right - line.box.left <= 0.8 * (run.box.right - run.box.left);
}

std::vector<Run> Runs(const std::vector<TextLine>& lines) {
  std::vector<Run> runs;
  Run run;
  const auto finish = [&] {
    while (!run.lines.empty() && run.lines.back() != run.rows.back()) run.lines.pop_back();
    if (run.rows.size() >= 2) runs.push_back(run);
    run = {};
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!run.rows.empty() && !Joins(lines, i, run)) finish();
    if (run.rows.empty() && lines[i].chunks.size() < 2) continue;
    if (run.lines.empty()) run.box = lines[i].box;
    run.lines.push_back(i);
    if (lines[i].chunks.size() >= 2) {
      run.rows.push_back(i);
      Extend(run.box, lines[i].box);
    }
  }
  if (!run.rows.empty()) finish();
  return runs;
}

/// Heads above the first row; `first` is the run's first line.
size_t HeadsAbove(const std::vector<TextLine>& lines, const PageMarks& marks, const Run& run) {
  size_t first = run.lines.front();
  const double width = run.box.right - run.box.left;
  for (size_t taken = 0; first > 0 && taken < kHeadLinesMax; ++taken) {
    const TextLine& line = lines[first - 1];
    const TextLine& below = lines[first];
    const double em = std::max(line.size, below.size);
    if (below.base - line.base > kHeadGap * em || IsCaption(TextOf(line.chunks[0]))) break;
    if (line.box.left < run.box.left - em || line.box.right > run.box.right + 2 * em) break;
    // A rule closes the head, unless one more rule runs above the line.
    const bool ruled = RuledBetween(marks.across, line, below, run.box.left, run.box.right) > kFullRule &&
                       RuledShare(marks.across, line.base - kRuleOver * em, line.base - 0.5 * em, run.box.left,
                                  run.box.right) < kShortRule;
    if (line.chunks.size() == 1) {
      const bool wide = line.box.right - line.box.left > 0.5 * width;
      const bool at_left = line.box.left < run.box.left + 0.15 * width;
      if (wide || ruled || at_left) {
        // The stub's head may stand alone above its second line, if more head follows above.
        const bool more = at_left && !wide && !ruled && first > 1 && lines[first - 2].chunks.size() >= 2 &&
                          line.base - lines[first - 2].base < kHeadGap * em;
        if (!more) break;
      }
    }
    --first;
  }
  return first;
}

/// The line after the table's last: wrapped text of the last row reaches down to a closing rule.
size_t TailEnd(const std::vector<TextLine>& lines, const PageMarks& marks, const Run& run) {
  const size_t end = run.lines.back() + 1;
  for (size_t i = end; i < lines.size() && i < end + kTailMax; ++i) {
    const TextLine& line = lines[i];
    const TextLine& above = lines[i - 1];
    if (line.chunks.size() > 1 || line.base - above.base > 1.6 * line.size ||
        line.box.left < run.box.left - line.size ||
        line.box.right > run.box.left + 0.6 * (run.box.right - run.box.left) || IsNote(TextOf(line.chunks[0])) ||
        RuledBetween(marks.across, above, line, run.box.left, run.box.right) > kFullRule) {
      break;
    }
    const double low = line.base - 0.1 * line.size;
    if (RuledShare(marks.across, low, line.base + line.size, run.box.left, run.box.right) > kFullRule) return i + 1;
  }
  return end;
}

/// A table of contents: leaders, and page numbers that only grow.
bool IsContents(const std::vector<TextLine>& lines, const Run& run) {
  size_t leaders = 0;
  size_t grows = 0;
  long previous = 0;
  for (const size_t i : run.rows) {
    const std::vector<Chunk>& chunks = lines[i].chunks;
    const std::u32string text = TextOf(chunks[chunks.size() - 2]);
    const std::u32string number = TextOf(chunks.back());
    if (text.ends_with(U"..") || text.ends_with(U". .")) ++leaders;
    long value = 0;
    for (const char32_t c : number) {
      if (c < U'0' || c > U'9' || value > 100'000) {
        value = -1;
        break;
      }
      value = value * 10 + static_cast<long>(c - U'0');
    }
    if (value >= previous) ++grows;
    if (value >= 0) previous = value;
  }
  return 2 * leaders >= run.rows.size() && 10 * grows >= 9 * run.rows.size();
}

bool IsList(const std::vector<TextLine>& lines, const Run& run) {
  size_t marked = 0;
  for (const size_t i : run.rows) {
    const TextLine& line = lines[i];
    if (line.chunks.size() == 2 && TextOf(line.chunks[0]).size() <= 4 && !line.chunks[1].number) ++marked;
  }
  return 2 * marked > run.rows.size();
}

/// Whether a run is a table and not chance, a list, or labels of a chart.
bool IsTable(const std::vector<TextLine>& lines, const PageMarks& marks, const Run& run) {
  size_t numbers = 0;
  size_t beside = 0;
  size_t chunks = 0;
  double em = 0;
  for (const size_t i : run.rows) {
    chunks += lines[i].chunks.size();
    em = std::max(em, lines[i].size);
    for (size_t c = 1; c < lines[i].chunks.size(); ++c) {
      ++beside;
      numbers += lines[i].chunks[c].number ? 1 : 0;
    }
  }
  if (IsContents(lines, run) || IsList(lines, run)) return false;
  const bool numeric = static_cast<double>(numbers) >= kNumbersMin * static_cast<double>(beside);
  const double top = run.box.top - 4 * em;
  const bool ruled = RuledShare(marks.across, top, run.box.bottom + em, run.box.left, run.box.right) > 0.6;
  if (numeric) return run.rows.size() >= 3 || (ruled && run.rows.size() >= 2);
  return run.rows.size() >= 3 && ruled && 2 * chunks >= 5 * run.rows.size();
}

/// A second table right under the first, with heads and a rule of its own: the line it begins at, else the end.
size_t NextTable(const std::vector<TextLine>& lines, const PageMarks& marks, const Box& box, size_t first, size_t end) {
  std::vector<double> gaps;
  for (size_t i = first + 1; i < end; ++i) gaps.push_back(lines[i].base - lines[i - 1].base);
  if (gaps.size() < 6) return end;
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<ptrdiff_t>(gaps.size() / 2), gaps.end());
  const double usual = gaps[gaps.size() / 2];
  const auto ruled = [&](size_t above) {
    return RuledBetween(marks.across, lines[above], lines[above + 1], box.left, box.right) > kFullRule;
  };
  const auto ruled_soon = [&](size_t from) {
    for (size_t i = from; i < from + 4 && i + 1 < end; ++i) {
      if (ruled(i)) return true;
    }
    return false;
  };
  if (!ruled_soon(first)) return end;
  for (size_t i = first + 5; i + 3 < end; ++i) {
    if (lines[i].base - lines[i - 1].base > kNextTable * usual && !ruled(i - 1) && ruled_soon(i)) return i;
  }
  return end;
}

}  // namespace

std::vector<TableRegion> AlignedRegions(const PageMarks& marks, const std::vector<TextLine>& all) {
  const std::vector<TextLine> lines = WithoutProse(all);
  std::vector<TableRegion> regions;
  size_t free_from = 0;
  for (const Run& run : Runs(lines)) {
    if (!IsTable(lines, marks, run)) continue;
    const size_t first = std::max(free_from, HeadsAbove(lines, marks, run));
    Box box = run.box;
    const size_t end = TailEnd(lines, marks, run);
    for (size_t i = first; i < end; ++i) Extend(box, lines[i].box);
    for (size_t begin = first; begin < end;) {
      const size_t next = NextTable(lines, marks, box, begin, end);
      const std::vector<TextLine> part(lines.begin() + static_cast<ptrdiff_t>(begin),
                                       lines.begin() + static_cast<ptrdiff_t>(next));
      regions.push_back(
          CutRegion({box.left - 2, part.front().box.top - 2, box.right + 2, part.back().box.bottom + 2}, part, marks));
      begin = next;
    }
    free_from = end;
  }
  return regions;
}

}  // namespace yk::formats
