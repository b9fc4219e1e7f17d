// SPDX-License-Identifier: Apache-2.0
#include "formats/page_layout.h"

#include <algorithm>
#include <string_view>

#include "formats/page_columns.h"
#include "formats/unicode.h"

namespace yk::formats {
namespace {

/// A box in the frame of its writing direction: u runs along the line, v from line to line.
struct Place {
  double u0 = 0, u1 = 0, v0 = 0, v1 = 0;
  double size() const { return v1 - v0; }
};

Place PlaceOf(const Word& word) {
  if (word.vertical && word.rotation % 2 == 0) return {word.top, word.bottom, -word.right, -word.left};
  switch (word.rotation & 3) {
    case 1: return {word.top, word.bottom, -word.right, -word.left};
    case 2: return {-word.right, -word.left, -word.bottom, -word.top};
    case 3: return {-word.bottom, -word.top, word.left, word.right};
    default: return {word.left, word.right, word.top, word.bottom};
  }
}

bool SameDirection(const Word& a, const Word& b) {
  return (a.rotation & 3) == (b.rotation & 3) && a.vertical == b.vertical;
}

/// How much of the thinner box lies beside the other, 0 to 1.
double Overlap(const Place& a, const Place& b) {
  const double shared = std::min(a.v1, b.v1) - std::max(a.v0, b.v0);
  const double thinner = std::min(a.size(), b.size());
  return thinner <= 0 ? 0 : shared / thinner;
}

bool ContinuesLine(const Word& last, const Word& next) {
  if (!SameDirection(last, next)) return false;
  const Place a = PlaceOf(last);
  const Place b = PlaceOf(next);
  return Overlap(a, b) > 0.4 && b.u0 > a.u0 && b.u0 - a.u1 > -0.5 * a.size();
}

/// What stands between two words of one line.
std::u32string Gap(const Word& last, const Word& next) {
  const Place a = PlaceOf(last);
  const Place b = PlaceOf(next);
  const double em = std::max(1.0, std::min(a.size(), b.size()));
  const double gap = b.u0 - a.u1;
  if (gap > 4 * em) return U"  ";  // cells of a table row, or a label far from its value
  const bool tight = IsCjk(last.text.back()) && IsCjk(next.text.front()) ? gap < 0.35 * em : gap < 0.1 * em;
  if (tight && (!last.space_after || IsCjk(next.text.front()))) return {};
  return U" ";
}

bool IsLower(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7); }
bool IsLetter(char32_t c) { return IsLower(c) || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7); }

/// "agree-" + "ment": the hyphen only marks the break.
bool BreaksWord(const std::u32string& text, const Word& next) {
  if (text.size() < 2) return false;
  const char32_t last = text.back();
  if (last == 0xAD) return true;
  return (last == U'-' || last == 0x2010) && IsLetter(text[text.size() - 2]) && IsLower(next.text.front());
}

bool EndsSentence(char32_t c) {
  constexpr std::u32string_view kEnds = U".!?:;\u3002\uFF01\uFF1F\uFF0E\uFF1A";
  return kEnds.find(c) != std::u32string_view::npos;
}

/// Whether an empty line parts two lines that follow each other. A jump up to the next column parts nothing when the
/// sentence goes on there.
bool StartsBlock(const Word& last, const Word& next, double usual_gap) {
  constexpr double kOtherSize = 1.2;
  if (!SameDirection(last, next)) return true;
  const auto [small, large] = std::minmax(last.font_size, next.font_size);
  if (small > 0 && large > kOtherSize * small) return true;
  const Place a = PlaceOf(last);
  const Place b = PlaceOf(next);
  const double gap = b.v0 - a.v1;
  const double em = std::max(a.size(), b.size());
  if (gap < -1.5 * em)
    return EndsSentence(last.text.back()) || !(IsLower(next.text.front()) || IsCjk(next.text.front()));
  return gap > std::max(0.5 * em, 1.4 * usual_gap);
}

/// The words one after the other, in the order given by `order`, or as they stand when it is empty.
std::vector<const Word*> Sequence(const std::vector<Word>& words, const std::vector<size_t>& order) {
  std::vector<const Word*> out;
  out.reserve(words.size());
  for (const size_t index : order) out.push_back(&words[index]);
  if (order.empty()) {
    for (const Word& word : words) {
      if (!word.text.empty()) out.push_back(&word);
    }
  }
  return out;
}

/// The white space between the lines of this page, in the middle of all: Japanese is often set with more than a
/// letter's height.
double UsualGap(const std::vector<const Word*>& words) {
  std::vector<double> gaps;
  for (size_t i = 1; i < words.size(); ++i) {
    if (!SameDirection(*words[i - 1], *words[i]) || ContinuesLine(*words[i - 1], *words[i])) continue;
    const Place a = PlaceOf(*words[i - 1]);
    const Place b = PlaceOf(*words[i]);
    if (b.v0 >= a.v1 && b.v0 - a.v1 < 3 * a.size()) gaps.push_back(b.v0 - a.v1);
  }
  if (gaps.empty()) return 0;
  const auto middle = gaps.begin() + static_cast<ptrdiff_t>((gaps.size() - 1) / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return *middle;
}

void EndBlock(LaidPage& page, double letters_size, double letters) {
  if (page.blocks.empty()) return;
  page.blocks.back().end = static_cast<int64_t>(page.text.size());
  page.blocks.back().font_size = letters > 0 ? letters_size / letters : 0;
}

}  // namespace

LaidPage LayOutPage(const std::vector<Word>& words) {
  LaidPage page;
  const std::vector<const Word*> sequence = Sequence(words, ColumnOrder(words));
  const double usual_gap = UsualGap(sequence);
  page.words.reserve(sequence.size());
  const Word* last = nullptr;
  double letters = 0;
  double letters_size = 0;
  for (const Word* word : sequence) {
    bool new_block = last == nullptr;
    if (last != nullptr) {
      if (ContinuesLine(*last, *word)) {
        page.text += Gap(*last, *word);
      } else if (BreaksWord(page.text, *word)) {
        page.text.pop_back();
        --page.words.back().end;
      } else {
        new_block = StartsBlock(*last, *word, usual_gap);
        if (new_block) EndBlock(page, letters_size, letters);
        if (!new_block) ++page.blocks.back().lines;
        page.text += new_block ? U"\n\n" : U"\n";
      }
    }
    const auto begin = static_cast<int64_t>(page.text.size());
    if (new_block) {
      page.blocks.push_back({.begin = begin, .lines = 1});
      letters = letters_size = 0;
    }
    page.text += word->text;
    page.words.push_back({static_cast<size_t>(word - words.data()), begin, static_cast<int64_t>(page.text.size())});
    letters += static_cast<double>(word->text.size());
    letters_size += static_cast<double>(word->text.size()) * word->font_size;
    last = word;
  }
  EndBlock(page, letters_size, letters);
  if (!page.text.empty()) page.text += U'\n';
  return page;
}

reader::Box BoxOf(const Word& word) { return {word.left, word.top, word.right, word.bottom}; }

}  // namespace yk::formats
