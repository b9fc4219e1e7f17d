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

__extension__ typedef __int128 Wide;  // two scales may be nine digits apart

/// Past a percent sign or word at `pos`; `pos` itself when there is none. 割 multiplies by ten.
size_t PercentEnd(std::string_view s, size_t pos, bool* tenths) {
  const size_t at = SkipSpace(s, pos);
  const std::string_view rest = s.substr(at, 24);
  *tenths = false;
  if (rest.starts_with("%")) return at + 1;
  for (std::string_view word : {"パーセント", "ぱーせんと"}) {
    if (rest.starts_with(word)) return at + word.size();
  }
  const std::string lower = FoldCase(rest);
  for (std::string_view word : {"percent", "per cent"}) {
    if (lower.starts_with(word) && (lower.size() == word.size() || !IsAsciiLetter(lower[word.size()])))
      return at + word.size();
  }
  if (rest.starts_with("割") && at == pos) {
    const std::string_view after = rest.substr(3);
    for (std::string_view other : {"引", "合", "当", "増", "り", "印", "賦", "安"}) {
      if (after.starts_with(other)) return pos;
    }
    *tenths = true;
    return at + 3;
  }
  return pos;
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
  const FoldedText folded = Fold(text, kScanFold);
  std::vector<Spot<Number>> out;
  for (const ScannedNumber& scanned : ScanNumbers(folded.text())) {
    Number number{scanned.value, false};
    bool tenths = false;
    Range range = scanned.range;
    const size_t end = PercentEnd(folded.text(), range.end, &tenths);
    if (end > range.end) {
      number.percent = true;
      range.end = end;
      if (tenths) number.value = Times(number.value, 10).value_or(number.value);
    }
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
  value = ReadNumber(folded, &pos);
  if (!value || pos != folded.size()) return std::nullopt;
  if (minus) value->units = -value->units;
  return value;
}

}  // namespace yk::text
