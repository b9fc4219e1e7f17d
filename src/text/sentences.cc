// SPDX-License-Identifier: Apache-2.0
#include "text/sentences.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr size_t kHeadingMax = 120;   // bytes; a longer line is running text
constexpr size_t kBracketMax = 1500;  // bytes; a bracket open for longer was never closed
constexpr auto kNeverEnds = std::to_array<std::string_view>(
    {"mr",   "mrs", "ms",  "dr",  "prof",   "no",   "nos", "sec", "art",  "vs",  "v",    "e.g",
     "i.e",  "cf",  "fig", "st",  "messrs", "hon",  "vol", "pp",  "p",    "ex",  "para", "approx",
     "ref",  "tel", "gen", "rev", "jan",    "feb",  "mar", "apr", "jun",  "jul", "aug",  "sep",
     "sept", "oct", "nov", "dec", "attn",   "incl", "viz", "al",  "dept", "ed",  "div",  "est"});
constexpr auto kMayEnd = std::to_array<std::string_view>(
    {"inc", "corp", "co", "ltd", "llc", "l.l.c", "l.p", "u.s",  "u.s.a", "n.a", "s.a",  "b.v", "a.m",
     "p.m", "etc",  "jr", "sr",  "u.k", "d.c",   "plc", "bros", "assn",  "esq", "ph.d", "n.v", "e.u"});
constexpr auto kOpeners = std::to_array<std::string_view>(
    {"The",    "This",    "These",           "In",      "If",     "Each",    "Any",     "All",   "Such",
     "No",     "Upon",    "Notwithstanding", "It",      "He",     "She",     "They",    "We",    "For",
     "As",     "At",      "Neither",         "Either",  "Except", "Subject", "Nothing", "When",  "Where",
     "To",     "On",      "There",           "By",      "You",    "Our",     "Both",    "After", "Before",
     "During", "However", "Unless",          "Without", "Within", "A",       "An"});
constexpr auto kDivisions =
    std::to_array<std::string_view>({"article", "section", "chapter", "part", "schedule", "exhibit", "appendix",
                                     "annex", "attachment", "title", "clause"});

template <typename List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsAsciiAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsRoman(char c) { return std::string_view("ivxlcIVXLC").find(c) != std::string_view::npos; }

char32_t Peek(std::string_view text, size_t pos) { return pos < text.size() ? NextCodePoint(text, &pos) : 0; }

bool IsKanjiDigit(char32_t c) {
  return std::u32string_view(U"〇一二三四五六七八九十百").find(c) != std::u32string_view::npos;
}
bool IsAnyDigit(char32_t c) { return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19); }
bool IsOpen(char32_t c) { return std::u32string_view(U"（「『【〔［(").find(c) != std::u32string_view::npos; }
bool IsClose(char32_t c) { return std::u32string_view(U"）」』】〕］)").find(c) != std::u32string_view::npos; }
bool IsClosingMark(char32_t c) { return IsClose(c) || c == '"' || c == '\'' || c == 0x201D || c == 0x2019 || c == ']'; }
bool IsJapaneseStop(char32_t c) { return c == U'。' || c == U'！' || c == U'？' || c == U'．'; }

/// "第3条", "第十二章の二" at the start: its bytes, or 0.
size_t ArticleLength(std::string_view line) {
  if (!line.starts_with("第")) return 0;
  size_t pos = 3;
  size_t digits = 0;
  while (IsAnyDigit(Peek(line, pos)) || IsKanjiDigit(Peek(line, pos)) || (digits > 0 && Peek(line, pos) == '.')) {
    NextCodePoint(line, &pos);
    ++digits;
  }
  if (digits == 0 || digits > 8 || pos >= line.size()) return 0;
  const char32_t unit = NextCodePoint(line, &pos);
  if (std::u32string_view(U"条章節編款項号部").find(unit) == std::u32string_view::npos) return 0;
  if (line.substr(pos).starts_with("の")) {
    size_t next = pos + 3;
    const size_t before = next;
    while (IsAnyDigit(Peek(line, next)) || IsKanjiDigit(Peek(line, next))) NextCodePoint(line, &next);
    if (next > before) pos = next;
  }
  return pos;
}

size_t SkipSpaces(std::string_view line, size_t pos) {
  while (pos < line.size() && IsSpace(Peek(line, pos))) NextCodePoint(line, &pos);
  return pos;
}

/// "(a)", "（１）", "1.2", "iv." …: enumerator of Latin shape with the space behind it, or 0.
size_t LatinEnumerator(std::string_view line) {
  size_t pos = 0;
  const char32_t first = Peek(line, 0);
  const bool bracket = first == '(' || first == 0xFF08;
  if (bracket) NextCodePoint(line, &pos);
  const size_t body = pos;
  bool digits = false;
  bool dotted = false;
  if (IsAnyDigit(Peek(line, pos)) || (bracket && IsKanjiDigit(Peek(line, pos)))) {
    digits = true;
    int groups = 0;
    for (int n = 0; n < 12 && pos < line.size(); ++n) {
      const char32_t c = Peek(line, pos);
      if ((c == '.' || c == 0xFF0E) && IsAnyDigit(Peek(line, pos + (c == '.' ? 1 : 3))))
        ++groups, dotted = true;
      else if (!IsAnyDigit(c) && !(bracket && IsKanjiDigit(c)))
        break;
      NextCodePoint(line, &pos);
    }
    if (groups > 4) return 0;
  } else {
    while (pos < line.size() && IsRoman(line[pos]) && pos - body < 6) ++pos;
    if (pos == body && pos < line.size() && IsAsciiAlpha(line[pos])) ++pos;
    if (pos == body) return 0;
  }
  const char32_t close = Peek(line, pos);
  if (bracket) {
    if (close != ')' && close != 0xFF09) return 0;
    NextCodePoint(line, &pos);
    return SkipSpaces(line, pos);
  }
  if (close == '.' || close == ')' || close == 0xFF0E || close == 0xFF09) {
    NextCodePoint(line, &pos);
    const size_t after = SkipSpaces(line, pos);
    return after > pos || pos == line.size() ? after : 0;
  }
  const size_t after = SkipSpaces(line, pos);
  if (!digits || after == pos) return 0;
  // "2　甲は" numbers a paragraph of a Japanese article; "30 days" at a line's start numbers nothing.
  return dotted || close == 0x3000 ? after : 0;
}

/// The word that ends at `pos` (before a full stop), dots inside included, lower-cased.
std::string WordBefore(std::string_view text, size_t pos) {
  size_t begin = pos;
  while (begin > 0 && pos - begin < 24 && (IsAsciiAlpha(text[begin - 1]) || text[begin - 1] == '.')) --begin;
  return FoldCase(text.substr(begin, pos - begin));
}

std::string_view WordAt(std::string_view text, size_t pos) {
  size_t end = pos;
  while (end < text.size() && end - pos < 24 && IsAsciiAlpha(text[end])) ++end;
  return text.substr(pos, end - pos);
}

/// Does the full stop at `dot` end a sentence of Latin text? `block` is where the paragraph begins.
bool LatinStopEnds(std::string_view text, size_t dot, size_t block, size_t block_end) {
  size_t after = dot + 1;
  while (after < block_end && IsClosingMark(Peek(text, after))) NextCodePoint(text, &after);
  if (after >= block_end) return true;
  if (!IsSpace(Peek(text, after))) return IsCjk(Peek(text, after)) && !(dot > block && IsDigit(text[dot - 1]));
  const size_t next = SkipSpaces(text, after);
  if (next >= block_end) return true;
  const char32_t c = Peek(text, next);
  if (c < 0x80 && c >= 'a' && c <= 'z') return false;
  if (text[dot] != '.') return true;
  const std::string word = WordBefore(text, dot);
  if (word.empty()) {
    // "1. Definitions": the number opens the paragraph, it does not end a sentence.
    size_t begin = dot;
    while (begin > block && (IsDigit(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    return begin != block;
  }
  if (word.size() == 1 && word != "i")
    return dot - 1 != block && Contains(kOpeners, WordAt(text, next)) && !IsDigit(text[dot - 1]);
  if (dot - word.size() == block && word.size() <= 4 && std::all_of(word.begin(), word.end(), IsRoman)) return false;
  if (Contains(kNeverEnds, word)) return false;
  if (Contains(kMayEnd, word)) return Contains(kOpeners, WordAt(text, next));
  return true;
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Range> Run() {
    size_t begin = 0;
    while (begin < text_.size()) {
      size_t end = text_.find_first_of("\n\f", begin);
      if (end == std::string_view::npos) end = text_.size();
      TakeLine({begin, end});
      if (end < text_.size() && text_[end] == '\f') CloseBlock();
      begin = end + 1;
    }
    CloseBlock();
    return std::move(out_);
  }

 private:
  void TakeLine(Range line) {
    const std::string_view words = TrimSpace(text_.substr(line.begin, line.size()));
    if (words.empty()) return CloseBlock();
    const bool alone = IsHeading(words) || words.find('\t') != std::string_view::npos;
    if (alone || after_colon_ || EnumeratorLength(words) > 0) CloseBlock();
    const size_t begin = static_cast<size_t>(words.data() - text_.data());
    if (block_.empty()) block_.begin = begin;
    block_.end = begin + words.size();
    after_colon_ = words.back() == ':' || words.ends_with("：");
    if (alone) CloseBlock();
  }

  void CloseBlock() {
    if (!block_.empty()) SplitBlock(block_);
    block_ = {};
    after_colon_ = false;
  }

  void SplitBlock(Range block) {
    size_t begin = block.begin;
    size_t depth = 0;
    size_t opened = 0;
    for (size_t pos = block.begin; pos < block.end;) {
      const size_t at = pos;
      const char32_t c = NextCodePoint(text_, &pos);
      if (IsOpen(c)) {
        if (depth++ == 0) opened = at;
      } else if (IsClose(c)) {
        if (depth > 0) --depth;
      }
      if (depth > 0 && at - opened > kBracketMax) depth = 0;
      bool ends = false;
      if (IsJapaneseStop(c))
        ends = depth == 0 && !(c == U'．' && IsAnyDigit(Peek(text_, pos)));
      else if (c == '.' || c == '!' || c == '?')
        ends = depth == 0 && LatinStopEnds(text_, at, begin, block.end);
      if (!ends) continue;
      while (pos < block.end && (IsClosingMark(Peek(text_, pos)) || IsJapaneseStop(Peek(text_, pos))))
        NextCodePoint(text_, &pos);
      out_.push_back({begin, pos});
      pos = begin = SkipSpaces(text_, pos);
    }
    if (begin < block.end) out_.push_back({begin, block.end});
  }

  const std::string_view text_;
  Range block_;
  bool after_colon_ = false;
  std::vector<Range> out_;
};

bool IsDivisionHeading(std::string_view line) {
  const std::string_view word = WordAt(line, 0);
  if (!Contains(kDivisions, FoldCase(word)) || word.empty() || word[0] < 'A' || word[0] > 'Z') return false;
  size_t pos = SkipSpaces(line, word.size());
  if (pos == word.size()) return false;
  const size_t number = pos;
  while (pos < line.size() && (IsDigit(line[pos]) || line[pos] == '.' || line[pos] == '-' || IsRoman(line[pos]))) ++pos;
  if (pos == number && pos < line.size() && line[pos] >= 'A' && line[pos] <= 'Z') ++pos;
  if (pos == number || (pos < line.size() && IsAsciiAlpha(line[pos]))) return false;
  pos = SkipSpaces(line, pos);
  return pos == line.size() ||
         (!(line[pos] >= 'a' && line[pos] <= 'z') && line[pos] != ',' && line[pos] != ';' && line.back() != '.' &&
          line.back() != ',' && std::count(line.begin(), line.end(), ' ') <= 10);
}

bool IsCapitals(std::string_view line) {
  size_t letters = 0;
  for (char c : line) {
    if (c >= 'a' && c <= 'z') return false;
    if (static_cast<unsigned char>(c) >= 0x80 && static_cast<unsigned char>(c) < 0xE2) return false;
    letters += c >= 'A' && c <= 'Z';
  }
  return letters >= 4 && letters * 2 > line.size() && line.back() != ',' && line.back() != ';' &&
         std::count(line.begin(), line.end(), ' ') <= 10;
}

/// "1. Definitions", "2.3 Term of Agreement": a number and a few capitalised words, no full stop at the end.
bool IsNumberedTitle(std::string_view line) {
  if (!IsDigit(line[0])) return false;
  const size_t number = LatinEnumerator(line);
  if (number == 0 || number == line.size()) return false;
  const std::string_view title = line.substr(number);
  if (!(title[0] >= 'A' && title[0] <= 'Z'))
    return IsCjk(Peek(title, 0)) && CountCodePoints(title) <= 20 && title.find("。") == std::string_view::npos &&
           title.find("、") == std::string_view::npos;
  if (std::string_view(".,;:").find(title.back()) != std::string_view::npos && title.back() != '.') return false;
  size_t words = 0;
  size_t small = 0;
  for (size_t pos = 0; pos < title.size(); pos = SkipSpaces(title, pos)) {
    const size_t begin = pos;
    while (pos < title.size() && !IsSpace(Peek(title, pos))) NextCodePoint(title, &pos);
    ++words;
    small += title[begin] >= 'a' && title[begin] <= 'z' && pos - begin > 4;
  }
  return words <= 8 && small == 0;
}

}  // namespace

size_t EnumeratorLength(std::string_view line) {
  if (line.empty()) return 0;
  if (const size_t article = ArticleLength(line)) return SkipSpaces(line, article);
  size_t pos = 0;
  const char32_t c = NextCodePoint(line, &pos);
  if ((c >= 0x2460 && c <= 0x2473) || c == U'・' || c == 0x2022 || c == U'●' || c == U'○' || c == U'■')
    return SkipSpaces(line, pos);
  if (IsKanjiDigit(c)) {
    while (IsKanjiDigit(Peek(line, pos))) NextCodePoint(line, &pos);
    return Peek(line, pos) == 0x3000 || Peek(line, pos) == ' ' ? SkipSpaces(line, pos) : 0;
  }
  return LatinEnumerator(line);
}

bool IsHeading(std::string_view line) {
  line = TrimSpace(line);
  if (line.empty() || line.size() > kHeadingMax) return false;
  if (const size_t article = ArticleLength(line)) {
    const std::string_view rest = TrimSpace(line.substr(article));
    if (rest.empty()) return true;
    const bool bracketed = (rest.starts_with("（") && rest.ends_with("）")) || (rest[0] == '(' && rest.back() == ')') ||
                           (rest.starts_with("【") && rest.ends_with("】"));
    const bool spaced = rest.data() != line.data() + article;
    return bracketed || (spaced && CountCodePoints(rest) <= 20 && rest.find("。") == std::string_view::npos &&
                         rest.find("、") == std::string_view::npos);
  }
  if (line.starts_with("【") && line.ends_with("】")) return true;
  return IsDivisionHeading(line) || IsNumberedTitle(line) || IsCapitals(line);
}

std::vector<Range> SplitSentences(std::string_view text) { return Splitter(text).Run(); }

std::vector<Range> SplitClauses(std::string_view text) {
  std::vector<Range> out;
  for (const Range sentence : SplitSentences(text)) {
    size_t begin = sentence.begin;
    for (size_t pos = sentence.begin; pos < sentence.end;) {
      const size_t at = pos;
      const char32_t c = NextCodePoint(text, &pos);
      const bool semicolon = c == ';' || c == U'；';
      // Only the space right before a bracket counts, so that a long run of white space is looked at once.
      const bool item = IsSpace(c) && Peek(text, pos) == '(' && EnumeratorLength(text.substr(pos, 12)) > 0;
      if (!semicolon && !item) continue;
      const std::string_view clause = TrimSpace(text.substr(begin, (item ? at : pos) - begin));
      if (!clause.empty()) out.push_back({begin, begin + clause.size()});
      pos = begin = std::min(SkipSpaces(text, pos), sentence.end);
    }
    if (begin < sentence.end) out.push_back({begin, sentence.end});
  }
  return out;
}

}  // namespace yk::text
