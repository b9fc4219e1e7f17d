// SPDX-License-Identifier: Apache-2.0
// Digits and the marks that printers of different countries set between them; inside this folder only.
#pragma once

#include <cstddef>
#include <string_view>

#include "text/range.h"

namespace yk::text {

__extension__ typedef __int128 Wide;              // eighteen digits and nine decimals do not fit 64 bits
inline constexpr Wide kDecimals = 1'000'000'000;  // nine decimals
inline constexpr Wide kDigitsMax = Wide{1'000'000'000} * 1'000'000'000;  // eighteen digits

/// What the marks between digits make of them.
enum class Grouping {
  kNumber,    ///< one number, whoever wrote it: 1234.5  1,234.5  1'234.5  1.234,5  1 000
  kAmount,    ///< one number beside a currency, else maybe a version or a list: 1.234.567  1,23,456
  kComma,     ///< one number beside a currency or percent sign, else maybe two: 12,5
  kSpaces,    ///< one number beside a currency, else maybe several cells of a table: 12 345
  kFraction,  ///< what stands before a slash and more digits: 3 of 3/4
  kList,      ///< several numbers: 1,2,3
  kNone,      ///< no number: 1.2.3  1,2345  more than eighteen digits
};

struct DigitGroups {
  size_t end = 0;
  Grouping grouping = Grouping::kNone;
  Wide value = 0;    ///< times kDecimals; of kList and kNone nothing
  int fraction = 0;  ///< decimals written
};

/// The longest run of digits and marks at `pos`, where a digit stands. A space is a mark only between groups of three,
/// and an apostrophe likewise.
DigitGroups ReadDigitGroups(std::string_view s, size_t pos);

}  // namespace yk::text
