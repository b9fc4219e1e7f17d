// SPDX-License-Identifier: Apache-2.0
#include "text/number_scan.h"

#include <array>
#include <cctype>
#include <string>

#include "text/number_tail.h"
#include "text/number_words.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr Wide kLimit = kDigitsMax * kDecimals;
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

Decimal Finish(Wide value, int scale) {
  Wide units = value;
  int have = 9;
  while (have > scale) units /= 10, --have;
  // Eighteen digits in all: a long fraction behind a large number gives way.
  while (have > 0 && (units > kDigitsMax || units < -(kDigitsMax))) units /= 10, --have;
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
    section_ += (pending_ ? current_ : kDecimals) * unit;
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
  if (wide > kDigitsMax || wide < -(kDigitsMax)) return std::nullopt;
  return Decimal{static_cast<int64_t>(wide), scale};
}

std::optional<Decimal> Plus(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  const auto aligned = [scale](const Decimal& value) {
    Wide wide = value.units;
    for (int i = value.scale; i < scale; ++i) wide *= 10;
    return wide;
  };
  const Wide sum = aligned(a) + aligned(b);
  if (sum > kDigitsMax || sum < -kDigitsMax) return std::nullopt;
  return Decimal{static_cast<int64_t>(sum), scale};
}

std::optional<Decimal> ReadNumber(std::string_view s, size_t* pos, Grouping* grouping) {
  Sections sections;
  Grouping sure = Grouping::kNumber;
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
      const DigitGroups digits = ReadDigitGroups(s, i);
      next = digits.end;
      if (digits.grouping != Grouping::kNumber) sure = digits.grouping;
      sections.Digit(digits.value, false);
      scale = std::max(scale, digits.fraction);
    } else if (KanjiDigit(c) >= 0) {
      if (any && scale > 0) break;
      if (sections.pending() && sections.Value() > kLimit / 10)
        good = false;
      else
        sections.Digit(Wide{KanjiDigit(c)} * kDecimals, true);
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
    if (sure == Grouping::kNone || sure == Grouping::kList) break;
  }
  if (!any) return std::nullopt;
  *pos = i;
  if (grouping != nullptr) *grouping = sure;
  if (sure != Grouping::kNumber && (grouping == nullptr || sure == Grouping::kNone || sure == Grouping::kList))
    return std::nullopt;
  if (!good || sections.Value() > kLimit) return std::nullopt;
  Decimal out = Finish(sections.Value(), scale);
  while (multiplied && out.scale > 0 && out.units % 10 == 0) out.units /= 10, --out.scale;
  return out;
}

bool IsSignAt(std::string_view s, size_t pos) {
  if (pos == 0) return true;
  size_t before = pos;
  const char32_t c = PreviousCodePoint(s, &before);
  // The minus sign proper is no hyphen, whatever stands before it: 差額−500円.
  if (s.substr(pos).starts_with("\u2212")) return c >= 0x80 || !(std::isalnum(static_cast<int>(c)) || c == ')');
  return IsSpace(c) || std::u32string_view(U"(:=[{|\"'「『【、。,;~<>*$¥€£₹₩").find(c) != std::u32string_view::npos;
}

namespace {

/// The last character that is no space; 0: none.
char LastLetter(std::string_view s) {
  const size_t at = s.find_last_not_of(" \n");
  return at == std::string_view::npos ? '\0' : s[at];
}

/// "-5", "△5", "▲ 5", マイナス5: where the sign of the digits begins, else where they do.
size_t SignBegin(std::string_view s, size_t digits) {
  const std::string_view before = s.substr(0, digits);
  for (const std::string_view triangle : {"△", "▲", "△ ", "▲ "}) {
    if (before.ends_with(triangle)) return digits - triangle.size();
  }
  constexpr std::string_view kMinusJa = "マイナス";
  if (before.ends_with(kMinusJa)) return digits - kMinusJa.size();
  // "10 minus 5" is a sum, not a sign.
  for (const std::string_view word : {"minus ", "Minus "}) {
    if (before.ends_with(word) && !IsAsciiDigit(LastLetter(before.substr(0, digits - word.size()))))
      return digits - word.size();
  }
  for (const std::string_view minus : {"-", "\u2212"}) {
    if (before.ends_with(minus) && IsSignAt(s, digits - minus.size())) return digits - minus.size();
  }
  return digits;
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

bool DigitAt(std::string_view s, size_t pos) { return pos < s.size() && IsAsciiDigit(s[pos]); }

class Scanner {
 public:
  explicit Scanner(std::string_view s) : s_(s) {}

  std::vector<ScannedNumber> Run() {
    while (pos_ < s_.size()) {
      const size_t begin = pos_;
      const char32_t c = NextCodePoint(s_, &pos_);
      if (c < 0x80 && IsAsciiLetter(static_cast<char>(c))) {
        Words(begin);
      } else if (c < 0x80 && IsAsciiDigit(static_cast<char>(c))) {
        Digits(begin);
      } else if (IsKanjiNumeral(c)) {
        Kanji(begin);
      } else if (const auto fraction = c < 0x80 ? std::nullopt : FractionValue(c)) {
        Push({begin, pos_}, *fraction, Grouping::kNumber);
      }
    }
    return std::move(out_);
  }

 private:
  void Words(size_t begin) {
    if (begin > 0 && (IsAsciiLetter(s_[begin - 1]) || IsAsciiDigit(s_[begin - 1]))) return;
    const auto words = WordsAt(s_, begin);
    if (!words) return;
    pos_ = words->range.end;
    out_.push_back(*words);
  }

  void Digits(size_t begin) {
    Grouping grouping = Grouping::kNone;
    const auto value = ReadNumber(s_, &(pos_ = begin), &grouping);
    if (PartOfWord(s_, begin)) return;
    if (grouping == Grouping::kList) return List({begin, pos_});
    if (value) Push({begin, pos_}, *value, grouping);
  }

  /// 1,2,3万: nobody can tell which of them are meant in 万. In 10,20,30千葉 it is part of a word.
  bool UnitBehind(size_t at) const {
    const size_t begin = at;
    while (SmallUnit(Peek(s_, at)) != 0 || LargeUnit(Peek(s_, at)) != 0) NextCodePoint(s_, &at);
    return at > begin && (!IsHan(Peek(s_, at)) || IsCounterAt(s_, at));
  }

  void List(Range range) {
    if (UnitBehind(range.end)) return;
    for (size_t begin = range.begin; begin < range.end;) {
      const size_t end = std::min(s_.find(',', begin), range.end);
      size_t at = begin;
      const auto value = ReadNumber(s_.substr(0, end), &at);
      if (value) Push({begin, end}, *value, Grouping::kNumber);
      begin = end + 1;
    }
  }

  void Push(Range range, Decimal value, Grouping grouping) {
    if (BehindSome(range.begin)) return;
    // The date 4/1, the lower half of 3/4.
    if (range.begin > 1 && s_[range.begin - 1] == '/' && IsAsciiDigit(s_[range.begin - 2])) return;
    if (!ReadTail(s_, &range.end, &value) || GoesOnVaguely(range.end)) return;
    pos_ = std::max(pos_, range.end);
    if (range.end < s_.size() && s_[range.end] == '/' && DigitAt(s_, range.end + 1)) grouping = Grouping::kFraction;
    const size_t sign = SignBegin(s_, range.begin);
    if (sign != range.begin) value.units = -value.units;
    out_.push_back({{sign, range.end}, value, false, false, grouping});
  }

  /// 数10名, which 件数10 is not.
  bool BehindSome(size_t begin) const {
    size_t at = begin;
    if (at == 0 || PreviousCodePoint(s_, &at) != U'数') return false;
    return at == 0 || !IsHan(PreviousCodePoint(s_, &at));
  }

  /// 10数名, 1万数千円.
  bool GoesOnVaguely(size_t end) const {
    constexpr std::string_view kSome = "数";
    if (!s_.substr(end).starts_with(kSome)) return false;
    return IsCounterAt(s_, end + kSome.size()) || IsKanjiNumeral(Peek(s_, end + kSome.size()));
  }

  void Kanji(size_t begin) {
    const auto value = ReadNumber(s_, &(pos_ = begin));
    if (pos_ == begin) NextCodePoint(s_, &pos_);  // 万 begins no number
    if (!value || PartOfNumeral(begin)) return;
    const size_t size = CountCodePoints(s_.substr(begin, std::min<size_t>(pos_ - begin, 64)));
    if (KanjiRunCounts(s_, begin, pos_, size)) out_.push_back({{begin, pos_}, *value, true, false, Grouping::kNumber});
  }

  /// 数千, 何百; the thousand of 1.2.3千; either half of 二・五.
  bool PartOfNumeral(size_t begin) const {
    if (Peek(s_, pos_) == U'・') {
      size_t next = pos_;
      NextCodePoint(s_, &next);
      if (IsKanjiNumeral(Peek(s_, next))) return true;
    }
    if (begin == 0) return false;
    size_t at = begin;
    const char32_t before = PreviousCodePoint(s_, &at);
    if (before == U'数' || before == U'何' || before == U'幾') return SmallUnit(Peek(s_, begin)) != 0;
    if (before == U'・') return at > 0 && IsKanjiNumeral(PreviousCodePoint(s_, &at));
    return before < 0x80 && IsAsciiDigit(static_cast<char>(before));
  }

  const std::string_view s_;
  size_t pos_ = 0;
  std::vector<ScannedNumber> out_;
};

}  // namespace

std::vector<ScannedNumber> ScanNumbers(std::string_view s) { return Scanner(s).Run(); }

}  // namespace yk::text
