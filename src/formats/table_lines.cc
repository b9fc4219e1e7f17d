// SPDX-License-Identifier: Apache-2.0
#include "formats/table_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "formats/unicode.h"

namespace yk::formats {
namespace {

using reader::Box;

constexpr double kSameBase = 0.32;   ///< ems two words of a line may differ in their baseline
constexpr double kRaised = 0.62;     ///< ems a small word may stand above or below its line
constexpr double kRaisedMax = 30;    ///< points: larger fonts have no signs beside them
constexpr size_t kTriedMax = 64;     ///< lines near a sign; more are overprinted, whatever they are
constexpr double kTouches = 0.5;     ///< ems between a sign and its line's text
constexpr size_t kSignLength = 4;    ///< characters: "1,2", "(a)"
constexpr double kSmall = 0.86;      ///< of the line's font: smaller words are raised or lowered signs
constexpr double kGap = 1.0;         ///< ems between chunks; justified prose stays below
constexpr double kNumberGap = 0.45;  ///< ems between two numbers; a thousands' space is half as wide
constexpr double kDotGap = 2.5;      ///< ems between two dots of a leader
constexpr double kLeaderGap = 0.15;  ///< ems between the dots of a leader and what they lead to

bool IsDigit(char32_t c) { return (c >= U'0' && c <= U'9') || (c >= 0xFF10 && c <= 0xFF19); }
bool IsLetter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c < 0x2000) || IsCjk(c);
}
bool IsDots(const std::u32string& text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c == U'.' || c == 0x2026 || c == 0xB7; });
}

char32_t Lower(char32_t c) { return c >= U'A' && c <= U'Z' ? c + 32 : c; }

bool StartsWith(const std::u32string& text, std::u32string_view start) {
  if (text.size() < start.size()) return false;
  for (size_t i = 0; i < start.size(); ++i) {
    if (Lower(text[i]) != start[i]) return false;
  }
  return true;
}

bool RuleBetween(const MarkedWord& a, const MarkedWord& b, std::span<const Rule> down) {
  // `down` is sorted by place, so only those between the words are looked at.
  const double mid = (std::max(a.box.top, b.box.top) + std::min(a.box.bottom, b.box.bottom)) / 2;
  const double from = std::min(a.box.right - 0.3 * a.size, CentreX(a.box));
  auto at = std::lower_bound(down.begin(), down.end(), std::max(from, a.box.left),
                             [](const Rule& r, double x) { return r.at < x; });
  for (; at != down.end() && at->at <= b.box.left + 0.3 * b.size; ++at) {
    if (at->from <= mid && at->to >= mid) return true;
  }
  return false;
}

bool BreaksBetween(const MarkedWord& a, const MarkedWord& b, bool after_leader, std::span<const Rule> down) {
  const double em = std::max(a.size, b.size);
  const double gap = b.box.left - a.box.right;
  const bool in_leader = after_leader && IsDots(b.text);
  if (gap > (in_leader ? kDotGap : kGap) * em) return true;
  if (after_leader && gap > kLeaderGap * em && !IsDots(b.text)) return true;
  if (gap > kNumberGap * em && IsNumberLike(a.text) && IsNumberLike(b.text)) return true;
  return RuleBetween(a, b, down);
}

std::vector<Chunk> ChunksOf(const std::vector<const MarkedWord*>& words, std::span<const Rule> down) {
  std::vector<Chunk> chunks;
  std::vector<const MarkedWord*> current;
  size_t dots = 0;
  for (const MarkedWord* word : words) {
    if (!current.empty() &&
        BreaksBetween(*current.back(), *word, dots >= 1 && (dots >= 3 || IsDots(word->text)), down)) {
      chunks.push_back(MakeChunk(std::exchange(current, {})));
      dots = 0;
    }
    // A leader: "Total . . . .", "Total....."
    const size_t trailing =
        word->text.size() - std::min(word->text.size(), word->text.find_last_not_of(U".\u2026") + 1);
    dots = IsDots(word->text) ? dots + word->text.size() : trailing;
    current.push_back(word);
  }
  if (!current.empty()) chunks.push_back(MakeChunk(std::move(current)));
  return chunks;
}

struct Gathered {
  std::vector<const MarkedWord*> words;
  double base = 0, size = 0;
};

/// Sorted by base line; words near enough share a line.
void Gather(std::span<const MarkedWord* const> sorted, std::vector<Gathered>& lines) {
  const size_t begin = lines.size();
  for (const MarkedWord* word : sorted) {
    if (lines.size() > begin && word->base - lines.back().base <= kSameBase * std::max(word->size, lines.back().size)) {
      lines.back().words.push_back(word);
      lines.back().size = std::max(lines.back().size, word->size);
    } else {
      lines.push_back({{word}, word->base, word->size});
    }
  }
}

/// The line that a raised or lowered sign touches; nullptr when there is none.
Gathered* LineTouched(const MarkedWord& word, std::vector<Gathered>& lines) {
  Gathered* best = nullptr;
  double nearest = 1e9;
  auto line = std::lower_bound(lines.begin(), lines.end(), word.base - kRaisedMax,
                               [](const Gathered& gathered, double base) { return gathered.base < base; });
  for (size_t tried = 0; line != lines.end() && line->base < word.base + kRaisedMax && tried < kTriedMax;
       ++line, ++tried) {
    if (word.size > kSmall * line->size || std::abs(line->base - word.base) > kRaised * line->size) continue;
    for (const MarkedWord* other : line->words) {
      const double gap = std::max(other->box.left - word.box.right, word.box.left - other->box.right);
      if (gap < kTouches * line->size && gap < nearest) {
        nearest = gap;
        best = &*line;
      }
    }
  }
  return best;
}

double CommonSize(std::span<const MarkedWord* const> words) {
  std::vector<double> sizes;
  for (const MarkedWord* word : words) sizes.insert(sizes.end(), std::min<size_t>(word->text.size(), 8), word->size);
  if (sizes.empty()) return 0;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<ptrdiff_t>(sizes.size() / 2), sizes.end());
  return sizes[sizes.size() / 2];
}

}  // namespace

bool IsNumberLike(const std::u32string& text) {
  size_t digits = 0;
  size_t letters = 0;
  size_t visible = 0;
  for (const char32_t c : text) {
    if (c == U' ' || c == 0xA0) continue;
    ++visible;
    if (IsDigit(c))
      ++digits;
    else if (IsLetter(c))
      ++letters;
  }
  if (digits == 0) {
    static constexpr std::u32string_view kMarks =
        U"-*.#+ \u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2020\u2021\u2026\u00b7\u00d7"
        U"\u25cb\u25cf\u25ef\u25b3\u2713\u2714\u30fc\uff0d";
    if (letters == 0) return visible > 0 && visible <= 6 && text.find_first_not_of(kMarks) == std::u32string::npos;
    static constexpr std::array<std::u32string_view, 6> kAbsent = {U"na", U"n/a", U"n.a.", U"n.a", U"(x)", U"nil"};
    return std::any_of(kAbsent.begin(), kAbsent.end(), [&](std::u32string_view absent) {
      return visible == absent.size() && StartsWith(text, absent);
    });
  }
  return letters * 2 <= digits;
}

void AppendText(std::u32string& text, const std::u32string& more) {
  if (!text.empty() && !more.empty() && !(IsCjk(text.back()) && IsCjk(more.front()))) text += U' ';
  text += more;
}

std::u32string TextOf(const Chunk& chunk) {
  std::u32string text;
  const MarkedWord* last = nullptr;
  for (const MarkedWord* word : chunk.words) {
    // Poppler parts words at changes of font as well: what touches is one word.
    if (last != nullptr && word->box.left - last->box.right < 0.08 * std::max(word->size, last->size)) {
      text += word->text;
    } else {
      AppendText(text, word->text);
    }
    last = word;
  }
  return text;
}

Chunk MakeChunk(std::vector<const MarkedWord*> words) {
  Chunk chunk;
  chunk.box = words.front()->box;
  for (const MarkedWord* word : words) Extend(chunk.box, word->box);
  chunk.words = std::move(words);
  chunk.number = IsNumberLike(TextOf(chunk));
  return chunk;
}

std::vector<TextLine> BuildLines(std::span<const MarkedWord* const> words, std::span<const Rule> down) {
  const double common = CommonSize(words);
  std::vector<const MarkedWord*> sorted(words.begin(), words.end());
  std::sort(sorted.begin(), sorted.end(), [](const MarkedWord* a, const MarkedWord* b) {
    return std::pair(a->base, a->box.left) < std::pair(b->base, b->box.left);
  });
  // Signs such as footnote marks join the line they touch, else they are lines of their own.
  const auto small_begin = std::stable_partition(sorted.begin(), sorted.end(), [&](const MarkedWord* word) {
    return word->size >= kSmall * common || word->text.size() > kSignLength;
  });
  std::vector<Gathered> gathered;
  Gather({sorted.begin(), small_begin}, gathered);
  std::vector<const MarkedWord*> alone;
  for (auto word = small_begin; word != sorted.end(); ++word) {
    Gathered* line = LineTouched(**word, gathered);
    line != nullptr ? line->words.push_back(*word) : alone.push_back(*word);
  }
  // Small heads and numbers beside larger text stand on its base line.
  std::erase_if(alone, [&](const MarkedWord* word) {
    auto line = std::lower_bound(gathered.begin(), gathered.end(), word->base - kSameBase * word->size,
                                 [](const Gathered& other, double base) { return other.base < base; });
    if (line == gathered.end() || line->base - word->base > kSameBase * word->size) return false;
    line->words.push_back(word);
    return true;
  });
  Gather(alone, gathered);
  std::sort(gathered.begin(), gathered.end(), [](const Gathered& a, const Gathered& b) { return a.base < b.base; });
  std::vector<TextLine> lines;
  for (Gathered& from : gathered) {
    std::sort(from.words.begin(), from.words.end(),
              [](const MarkedWord* a, const MarkedWord* b) { return a->box.left < b->box.left; });
    TextLine line{ChunksOf(from.words, down), from.words.front()->box, from.base, from.size};
    for (const Chunk& chunk : line.chunks) Extend(line.box, chunk.box);
    lines.push_back(std::move(line));
  }
  return lines;
}

bool IsCaption(const std::u32string& text) {
  static constexpr std::array<std::u32string_view, 11> kNames = {
      U"table", U"exhibit", U"figure", U"chart", U"box", U"tableau", U"tabelle", U"tabla", U"appendix", U"表", U"図"};
  for (const std::u32string_view name : kNames) {
    if (!StartsWith(text, name)) continue;
    size_t at = name.size();
    const bool spaced = at < text.size() && text[at] == U' ';
    while (at < text.size() && text[at] == U' ') ++at;
    if (at < text.size() && (IsDigit(text[at]) || (spaced && text.size() > at + 1 && text[at] >= U'A' &&
                                                   text[at] <= U'Z' && !IsLetter(text[at + 1])))) {
      return true;
    }
    // "Table IV."
    if (spaced && at < text.size() && (text[at] == U'I' || text[at] == U'V' || text[at] == U'X')) return true;
  }
  return false;
}

bool IsNote(const std::u32string& text) {
  static constexpr std::array<std::u32string_view, 8> kNames = {U"note", U"source", U"sources",      U"* ",
                                                                U"注",   U"出典",   U"abbreviation", U"資料"};
  if (std::any_of(kNames.begin(), kNames.end(), [&](std::u32string_view name) { return StartsWith(text, name); })) {
    return StartsWith(text, U"note") || StartsWith(text, U"source") ? text.find(U':') < 16 || text.find(U'.') < 12
                                                                    : true;
  }
  // "† Not applicable", "1 Data for …", "*Per 100,000"
  return !text.empty() && (text[0] == U'*' || text[0] == 0x2020 || text[0] == 0x2021 || text[0] == 0xA7) &&
         text.size() > 12;
}

}  // namespace yk::formats
