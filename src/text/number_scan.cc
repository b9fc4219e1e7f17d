// SPDX-License-Identifier: Apache-2.0
#include "text/number_scan.h"

#include <array>
#include <string>

#include "text/number_words.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

__extension__ typedef __int128 Wide;    // eighteen digits and nine decimals do not fit 64 bits
constexpr Wide kScale = 1'000'000'000;  // nine decimals inside
constexpr Wide kLimit = Wide{1'000'000'000'000'000'000} * kScale;  // eighteen digits
constexpr std::u32string_view kKanjiDigits = U"〇零一壱壹弌二弐貳三参參四肆五伍六陸七漆柒八捌九玖";
constexpr std::array<int, 23> kKanjiValues = {0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, 8, 8};

int64_t SmallUnit(char32_t c) {
  if (c == U'十' || c == U'拾') return 10;
  if (c == U'百' || c == U'佰') return 100;
  if (c == U'千' || c == U'阡' || c == U'仟') return 1000;
  return 0;
}

int64_t LargeUnit(char32_t c) {
  if (c == U'万' || c == U'萬') return 10'000;
  if (c == U'億') return 100'000'000;
  if (c == U'兆') return 1'000'000'000'000;
  return 0;
}

/// Digits with commas of three and a fraction, at `*pos`. `fraction` counts the decimals written.
bool ReadDigits(std::string_view s, size_t* pos, Wide* value, int* fraction) {
  size_t i = *pos;
  Wide v = 0;
  bool over = false;
  const auto take = [&](char c) {
    v = v * 10 + (c - '0');
    if (v > kLimit / kScale) over = true, v = 1;
  };
  while (i < s.size() && IsAsciiDigit(s[i])) take(s[i++]);
  const size_t lead = i - *pos;
  const auto triple = [&](size_t at) {
    return at + 3 < s.size() + 0 && s[at] == ',' && IsAsciiDigit(s[at + 1]) && IsAsciiDigit(s[at + 2]) &&
           IsAsciiDigit(s[at + 3]) && (at + 4 >= s.size() || !IsAsciiDigit(s[at + 4]));
  };
  if (lead <= 3) {
    while (i < s.size() && triple(i)) {
      for (size_t k = 1; k <= 3; ++k) take(s[i + k]);
      i += 4;
    }
  }
  v *= kScale;
  *fraction = 0;
  if (i + 1 < s.size() && s[i] == '.' && IsAsciiDigit(s[i + 1])) {
    Wide unit = kScale / 10;
    ++i;
    while (i < s.size() && IsAsciiDigit(s[i])) {
      if (*fraction < 9) {
        v += unit * (s[i] - '0');
        unit /= 10;
        ++*fraction;
      }
      ++i;
    }
  }
  *pos = i;
  *value = v;
  return !over;
}

Decimal Finish(Wide value, int scale) {
  Wide units = value;
  int have = 9;
  while (have > scale) units /= 10, --have;
  // Eighteen digits in all: a long fraction behind a large number gives way.
  while (have > 0 && (units > kLimit / kScale || units < -(kLimit / kScale))) units /= 10, --have;
  return {static_cast<int64_t>(units), have};
}

/// Sum of sections: (thousands hundreds tens ones) times 万, 億, 兆.
class Sections {
 public:
  void Digit(Wide value, bool positional) {
    current_ = positional && pending_ ? current_ * 10 + value : value;
    pending_ = true;
  }
  bool Small(int64_t unit) {
    if (unit >= last_small_) return false;
    section_ += (pending_ ? current_ : kScale) * unit;
    last_small_ = unit;
    return Clear();
  }
  bool Large(int64_t unit) {
    const Wide value = section_ + (pending_ ? current_ : 0);
    if (value == 0 || unit >= last_large_ || value > kLimit / unit) return false;
    total_ += value * unit;
    section_ = 0;
    last_large_ = unit;
    last_small_ = INT64_MAX;
    return Clear();
  }
  Wide Value() const { return total_ + section_ + (pending_ ? current_ : 0); }
  bool pending() const { return pending_; }

 private:
  bool Clear() {
    pending_ = false;
    current_ = 0;
    return true;
  }
  Wide total_ = 0;
  Wide section_ = 0;
  Wide current_ = 0;
  bool pending_ = false;
  int64_t last_small_ = INT64_MAX;
  int64_t last_large_ = INT64_MAX;
};

char32_t Peek(std::string_view s, size_t pos) { return pos < s.size() ? NextCodePoint(s, &pos) : 0; }

/// A kanji numeral of one character means a number only before one of these.
constexpr std::u32string_view kCounters =
    U"名人個回件日月年円圓条項号本枚社倍分時週株口部通冊歳才階位番点割台か箇ヶケヵカヵ箇％%"
    U"つ秒次期章節編款世度字行頁代世種類営也パドユポ営ト車";

bool IsCounterAt(std::string_view s, size_t pos) {
  const char32_t c = Peek(s, pos);
  return c != 0 && kCounters.find(c) != std::u32string_view::npos;
}

/// May the kanji-only run [begin, end) stand for a number? 八千代 and 一部 may not; 千二百三十, 三名 may.
bool KanjiRunCounts(std::string_view s, size_t begin, size_t end, size_t characters) {
  const char32_t first = Peek(s, begin);
  if (LargeUnit(first) != 0) return false;
  const char32_t next = Peek(s, end);
  if (IsHan(next) || (characters == 1 && next != 0)) return IsCounterAt(s, end);
  return characters > 1;
}

}  // namespace

bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int KanjiDigit(char32_t c) {
  const size_t at = kKanjiDigits.find(c);
  if (at == std::u32string_view::npos) return -1;
  return at < kKanjiValues.size() ? kKanjiValues[at] : 9;
}

bool IsKanjiNumeral(char32_t c) { return KanjiDigit(c) >= 0 || SmallUnit(c) != 0 || LargeUnit(c) != 0; }

size_t SkipSpace(std::string_view s, size_t pos) {
  while (pos < s.size() && (s[pos] == ' ' || s[pos] == '\n')) ++pos;
  return pos;
}

std::optional<Decimal> Times(const Decimal& value, int64_t factor) {
  Wide wide = Wide{value.units} * factor;
  int scale = value.scale;
  while (scale > 0 && wide % 10 == 0) wide /= 10, --scale;
  if (wide > kLimit / kScale || wide < -(kLimit / kScale)) return std::nullopt;
  return Decimal{static_cast<int64_t>(wide), scale};
}

std::optional<Decimal> ReadNumber(std::string_view s, size_t* pos) {
  Sections sections;
  bool good = true;
  bool any = false;
  bool multiplied = false;
  int scale = 0;
  size_t i = *pos;
  while (i < s.size()) {
    size_t next = i;
    const char32_t c = NextCodePoint(s, &next);
    if (c < 0x80 && IsAsciiDigit(static_cast<char>(c))) {
      if (sections.pending()) break;
      Wide value = 0;
      int fraction = 0;
      next = i;
      good = ReadDigits(s, &next, &value, &fraction) && good;
      sections.Digit(value, false);
      scale = std::max(scale, fraction);
    } else if (KanjiDigit(c) >= 0) {
      if (any && scale > 0) break;
      if (sections.pending() && sections.Value() > kLimit / 10)
        good = false;
      else
        sections.Digit(Wide{KanjiDigit(c)} * kScale, true);
    } else if (SmallUnit(c) != 0) {
      if (!sections.Small(SmallUnit(c))) break;
      multiplied = true;
    } else if (any && LargeUnit(c) != 0) {
      if (!sections.Large(LargeUnit(c))) break;
      multiplied = true;
    } else {
      break;
    }
    any = true;
    i = next;
  }
  if (!any) return std::nullopt;
  *pos = i;
  if (!good || sections.Value() > kLimit) return std::nullopt;
  Decimal out = Finish(sections.Value(), scale);
  while (multiplied && out.scale > 0 && out.units % 10 == 0) out.units /= 10, --out.scale;
  return out;
}

namespace {

/// "-5", "△5", "▲5": the sign belongs to the number unless a word or number stands before it.
size_t SignBegin(std::string_view s, size_t digits) {
  if (digits == 0) return digits;
  size_t at = digits;
  const char32_t sign = PreviousCodePoint(s, &at);
  if (sign == U'△' || sign == U'▲') return at;
  if (sign != '-') return digits;
  if (at == 0) return at;
  size_t before = at;
  const char32_t c = PreviousCodePoint(s, &before);
  return IsSpace(c) || c == '(' || c == '$' || c == U'¥' ? at : digits;
}

bool PartOfWord(std::string_view s, size_t pos) {
  if (pos == 0) return false;
  const char c = s[pos - 1];
  return IsAsciiLetter(c) || c == '_' || ((c == '.' || c == ',') && pos > 1 && IsAsciiDigit(s[pos - 2]));
}

/// English words at `pos`, and "(30)" behind them when it says the same.
std::optional<ScannedNumber> WordsAt(std::string_view s, size_t pos) {
  size_t end = pos;
  const auto value = ReadNumberWords(s, &end);
  if (!value) return std::nullopt;
  ScannedNumber out{{pos, end}, *value, false, true};
  size_t open = SkipSpace(s, end);
  if (open < s.size() && s[open] == '(') {
    size_t digits = SkipSpace(s, open + 1);
    const auto inside = digits < s.size() && IsAsciiDigit(s[digits]) ? ReadNumber(s, &digits) : std::nullopt;
    digits = SkipSpace(s, digits);
    if (inside && *inside == *value && digits < s.size() && s[digits] == ')') out.range.end = digits + 1;
  }
  return out;
}

}  // namespace

std::vector<ScannedNumber> ScanNumbers(std::string_view s) {
  std::vector<ScannedNumber> out;
  size_t pos = 0;
  while (pos < s.size()) {
    const size_t begin = pos;
    const char32_t c = NextCodePoint(s, &pos);
    if (c < 0x80 && IsAsciiLetter(static_cast<char>(c))) {
      if (begin > 0 && (IsAsciiLetter(s[begin - 1]) || IsAsciiDigit(s[begin - 1]))) continue;
      if (auto words = WordsAt(s, begin)) {
        pos = words->range.end;
        out.push_back(*words);
      }
      continue;
    }
    const bool digit = c < 0x80 && IsAsciiDigit(static_cast<char>(c));
    if (!digit && !IsKanjiNumeral(c)) continue;
    size_t end = begin;
    auto value = ReadNumber(s, &end);
    if (end == begin) continue;
    pos = end;
    if (!value || (digit && PartOfWord(s, begin))) continue;
    ScannedNumber number{{begin, end}, *value, !digit, false};
    if (!digit && !KanjiRunCounts(s, begin, end, CountCodePoints(s.substr(begin, std::min<size_t>(end - begin, 64)))))
      continue;
    if (digit) {
      number.range.begin = SignBegin(s, begin);
      if (number.range.begin != begin) number.value.units = -number.value.units;
    }
    out.push_back(number);
  }
  return out;
}

}  // namespace yk::text
