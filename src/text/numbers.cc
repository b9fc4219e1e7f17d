// SPDX-License-Identifier: Apache-2.0
#include "text/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "text/number_scan.h"
#include "text/number_words.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

/// Past a percent sign or word at `pos`; `pos` itself when there is none.
size_t PercentEnd(std::string_view s, size_t pos) {
  const size_t at = SkipSpace(s, pos);
  const std::string_view rest = s.substr(at, 24);
  if (rest.starts_with("%")) return at + 1;
  for (std::string_view word : {"パーセント", "ぱーせんと"}) {
    if (rest.starts_with(word)) return at + word.size();
  }
  const std::string lower = FoldCase(rest);
  for (std::string_view word : {"percent", "per cent"}) {
    if (lower.starts_with(word) && (lower.size() == word.size() || !IsAsciiLetter(lower[word.size()])))
      return at + word.size();
  }
  return pos;
}

/// One digit and the unit behind it at `*pos`: the 5分 of 2割5分.
std::optional<int64_t> DigitWith(std::string_view s, size_t* pos, std::string_view unit) {
  size_t at = *pos;
  if (at >= s.size()) return std::nullopt;
  const char32_t c = NextCodePoint(s, &at);
  const int digit = c >= '0' && c <= '9' ? static_cast<int>(c - '0') : KanjiDigit(c);
  if (digit < 0 || !s.substr(at).starts_with(unit)) return std::nullopt;
  *pos = at + unit.size();
  return digit;
}

/// Tenths with what may follow them, 2割, 2割5分, 2割5分3厘, 2割半, as percent; `*end` stands behind the number.
std::optional<Decimal> ReadTenths(std::string_view s, const Decimal& value, size_t* end) {
  constexpr std::string_view kTenths = "割";
  if (!s.substr(*end).starts_with(kTenths)) return std::nullopt;
  size_t at = *end + kTenths.size();
  for (std::string_view other : {"引", "合", "当", "増", "り", "印", "賦", "安"}) {
    if (s.substr(at).starts_with(other)) return std::nullopt;
  }
  auto percent = Times(value, 10);
  if (!percent) return std::nullopt;
  const auto add = [&](Decimal part) {
    if (percent) percent = Plus(*percent, {percent->units < 0 ? -part.units : part.units, part.scale});
  };
  constexpr std::string_view kHalf = "半";
  if (s.substr(at).starts_with(kHalf)) {
    add({5, 0});
    at += kHalf.size();
  } else {
    if (const auto hundredths = DigitWith(s, &at, "分")) add({*hundredths, 0});
    if (const auto thousandths = DigitWith(s, &at, "厘")) add({*thousandths, 1});
  }
  if (percent) *end = at;
  return percent;
}

/// 12k, 3M: thousands, or kelvin and metres.
bool HasUnreadFactor(std::string_view s, size_t pos) {
  if (pos >= s.size() || std::string_view("kKMB").find(s[pos]) == std::string_view::npos) return false;
  return pos + 1 == s.size() || !(IsAsciiLetter(s[pos + 1]) || IsAsciiDigit(s[pos + 1]));
}

/// "five percent (5%)" is one number, not two.
void JoinRepeated(std::string_view text, std::vector<Spot<Number>>* spots) {
  size_t kept = 0;
  for (size_t i = 0; i < spots->size(); ++i) {
    const Spot<Number> spot = (*spots)[i];
    if (kept > 0 && spot.value.percent) {
      Spot<Number>& last = (*spots)[kept - 1];
      const std::string_view inner =
          TrimSpace(text.substr(last.range.end, std::min<size_t>(8, spot.range.begin - last.range.end)));
      const std::string_view after = text.substr(spot.range.end, 3);
      const bool closes = after.starts_with(")") || after == "）";
      if (last.value == spot.value && (inner == "(" || inner == "（") && closes &&
          spot.range.begin - last.range.end <= 8) {
        last.range.end = spot.range.end + (after[0] == ')' ? 1 : 3);
        continue;
      }
    }
    (*spots)[kept++] = spot;
  }
  spots->resize(kept);
}

}  // namespace

double Decimal::ToDouble() const { return static_cast<double>(units) / std::pow(10.0, scale); }

std::string Decimal::ToString() const {
  if (scale == 0) return fmt::format("{}", units);
  const auto magnitude = units < 0 ? 0 - static_cast<uint64_t>(units) : static_cast<uint64_t>(units);
  std::string digits = fmt::format("{:0>{}}", magnitude, scale + 1);
  digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return (units < 0 ? "-" : "") + digits;
}

bool operator==(const Decimal& a, const Decimal& b) {
  Wide x = a.units;
  Wide y = b.units;
  for (int i = a.scale; i < b.scale; ++i) x *= 10;
  for (int i = b.scale; i < a.scale; ++i) y *= 10;
  return x == y;
}

std::vector<Spot<Number>> FindNumbers(std::string_view text) {
  const FoldedText folded = Fold(text, kNumberFold);
  const std::string_view s = folded.text();
  std::vector<Spot<Number>> out;
  size_t read = 0;
  for (const ScannedNumber& scanned : ScanNumbers(s)) {
    if (scanned.range.begin < read) continue;  // the 5 of 2割5分
    Number number{scanned.value, false};
    Range range = scanned.range;
    if (const auto tenths = ReadTenths(s, scanned.value, &range.end)) {
      number = {*tenths, true};
    } else {
      const size_t end = PercentEnd(s, range.end);
      number.percent = end > range.end;
      range.end = end;
    }
    const bool comma = scanned.grouping == Grouping::kComma && number.percent;
    if (scanned.grouping != Grouping::kNumber && !comma) continue;
    if (!number.percent && HasUnreadFactor(s, range.end)) continue;
    read = range.end;
    out.push_back({folded.Source(range), number});
  }
  JoinRepeated(text, &out);
  return out;
}

std::vector<Spot<Number>> FindPercentages(std::string_view text) {
  std::vector<Spot<Number>> out = FindNumbers(text);
  std::erase_if(out, [](const Spot<Number>& spot) { return !spot.value.percent; });
  return out;
}

std::optional<Decimal> ParseNumber(std::string_view text) {
  const std::string folded = FoldString(text, {.case_fold = false, .space = Space::kSqueeze, .punctuation = true});
  if (folded.empty()) return std::nullopt;
  size_t pos = 0;
  const bool minus = folded[0] == '-';
  if (minus || folded[0] == '+') ++pos;
  std::optional<Decimal> value;
  if (pos < folded.size() && IsAsciiLetter(folded[pos])) {
    const auto spots = ScanNumbers(folded);
    if (spots.size() == 1 && spots[0].range == Range{pos, folded.size()}) return spots[0].value;
    return std::nullopt;
  }
  Grouping grouping = Grouping::kNone;
  value = ReadNumber(folded, &pos, &grouping);
  if (!value || pos != folded.size()) return std::nullopt;
  if (grouping != Grouping::kNumber && grouping != Grouping::kSpaces) return std::nullopt;
  if (minus) value->units = -value->units;
  return value;
}

}  // namespace yk::text
