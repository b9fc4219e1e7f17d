// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

/// An exact decimal: units x 10^-scale. "1,234.50" is 123450 with scale 2.
struct Decimal {
  int64_t units = 0;
  int scale = 0;  ///< 0..9
  double ToDouble() const;
  /// "1234.50", "-3", "1230"
  std::string ToString() const;
  /// Equal values, whatever the scale.
  friend bool operator==(const Decimal& a, const Decimal& b);
};

struct Number {
  Decimal value;         ///< as written: 5 for "5%"
  bool percent = false;  ///< %, ％, パーセント, 割 (times ten, with 分 and 厘), percent, per cent
  friend bool operator==(const Number&, const Number&) = default;
};

/// All numbers in order, not overlapping: 1,234.5, 1.234,5, 1'234.5, 1 000, full width, 千二百三十, 1億2,000万, "thirty
/// (30)" as one, 2½, 1e6, 3 million, five percent, 5パーセント, 2割5分, minus signs before digits. What may be a number
/// or several or none (12,5, 12 345, 3/4, 1.2.3, 5², 12k, 数千) gives nothing, rather than its first digits. Kanji
/// numerals of one character count only before a unit or counter (三名), so that 一部 or 三菱 give nothing. Values
/// beyond 18 digits are left out.
std::vector<Spot<Number>> FindNumbers(std::string_view text);

/// Percentages alone.
std::vector<Spot<Number>> FindPercentages(std::string_view text);

/// The whole text as a number: digits, kanji numerals incl. daiji (壱弐参拾萬), English number words.
std::optional<Decimal> ParseNumber(std::string_view text);

}  // namespace yk::text
