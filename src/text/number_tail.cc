// SPDX-License-Identifier: Apache-2.0
#include "text/number_tail.h"

#include <array>

#include "text/number_scan.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

struct Fraction {
  char32_t mark;
  int thousandths;
};
constexpr auto kFractions = std::to_array<Fraction>({{U'½', 500},
                                                     {U'¼', 250},
                                                     {U'¾', 750},
                                                     {U'⅒', 100},
                                                     {U'⅕', 200},
                                                     {U'⅖', 400},
                                                     {U'⅗', 600},
                                                     {U'⅘', 800},
                                                     {U'⅛', 125},
                                                     {U'⅜', 375},
                                                     {U'⅝', 625},
                                                     {U'⅞', 875}});

struct Multiplier {
  std::string_view word;
  int64_t factor;
};
constexpr auto kMultipliers = std::to_array<Multiplier>({{"hundred", 100},
                                                         {"thousand", 1000},
                                                         {"million", 1'000'000},
                                                         {"billion", 1'000'000'000},
                                                         {"trillion", 1'000'000'000'000},
                                                         {"lakh", 100'000},
                                                         {"crore", 10'000'000}});

bool IsFractionMark(char32_t c) { return (c >= U'¼' && c <= U'¾') || (c >= 0x2150 && c <= 0x215F) || c == 0x2189; }
bool IsRaisedDigit(char32_t c) {
  return c == U'²' || c == U'³' || c == U'¹' || (c >= 0x2070 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089);
}
bool DigitAt(std::string_view s, size_t pos) { return pos < s.size() && IsAsciiDigit(s[pos]); }

/// 2½ and 2 ½.
bool ReadFraction(std::string_view s, size_t* end, Decimal* value) {
  size_t at = *end < s.size() && s[*end] == ' ' ? *end + 1 : *end;
  if (at >= s.size() || static_cast<unsigned char>(s[at]) < 0x80) return true;
  const char32_t mark = NextCodePoint(s, &at);
  if (!IsFractionMark(mark)) return true;
  const auto part = FractionValue(mark);
  const auto sum = part && value->scale == 0 ? Plus(*value, *part) : std::nullopt;
  if (!sum) return false;
  *value = *sum;
  *end = at;
  return true;
}

/// "1 1/2" and "1⁄2": nothing that a decimal is sure to be equal to.
bool IsWrittenFraction(std::string_view s, size_t end) {
  if (s.substr(end).starts_with("\u2044")) return true;
  if (end >= s.size() || s[end] != ' ' || !DigitAt(s, end + 1)) return false;
  size_t at = end + 1;
  while (DigitAt(s, at) && at < end + 4) ++at;
  return at < s.size() && s[at] == '/' && DigitAt(s, at + 1);
}

/// 1e6 and 2.5E-3.
bool ReadExponent(std::string_view s, size_t* end, Decimal* value) {
  size_t at = *end;
  if (at >= s.size() || (s[at] != 'e' && s[at] != 'E')) return true;
  ++at;
  const bool minus = at < s.size() && s[at] == '-';
  if (minus || (at < s.size() && s[at] == '+')) ++at;
  if (!DigitAt(s, at)) return true;
  int exponent = 0;
  while (DigitAt(s, at) && exponent < 100) exponent = exponent * 10 + (s[at++] - '0');
  if (at < s.size() && (IsAsciiLetter(s[at]) || IsAsciiDigit(s[at]) || s[at] == '_')) return false;
  if (minus) {
    if (value->scale + exponent > 9) return false;
    value->scale += exponent;
  }
  for (int i = 0; !minus && i < exponent; ++i) {
    const auto product = Times(*value, 10);
    if (!product) return false;
    *value = *product;
  }
  *end = at;
  return true;
}

/// "3 million", "2.5-million".
bool ReadMultiplier(std::string_view s, size_t* end, Decimal* value) {
  size_t at = SkipSpace(s, *end);
  if (at == *end && at < s.size() && s[at] == '-') ++at;
  if (at >= s.size() || !IsAsciiLetter(s[at])) return true;
  const std::string word = FoldCase(s.substr(at, 10));
  for (const Multiplier& each : kMultipliers) {
    if (!word.starts_with(each.word)) continue;
    size_t past = each.word.size();
    if (past < word.size() && word[past] == 's') ++past;
    if (past < word.size() && IsAsciiLetter(word[past])) continue;
    const auto product = Times(*value, each.factor);
    if (!product) return false;
    *value = *product;
    *end = at + past;
    return true;
  }
  return true;
}

}  // namespace

std::optional<Decimal> FractionValue(char32_t c) {
  for (const Fraction& fraction : kFractions) {
    if (fraction.mark != c) continue;
    Decimal value{fraction.thousandths, 3};
    while (value.units % 10 == 0) value.units /= 10, --value.scale;
    return value;
  }
  return std::nullopt;
}

bool ReadTail(std::string_view s, size_t* end, Decimal* value) {
  if (size_t at = *end; at < s.size() && IsRaisedDigit(NextCodePoint(s, &at))) return false;
  if (IsWrittenFraction(s, *end)) return false;
  return ReadExponent(s, end, value) && ReadFraction(s, end, value) && ReadMultiplier(s, end, value);
}

}  // namespace yk::text
