// SPDX-License-Identifier: Apache-2.0
// Reading numbers off folded text (FoldOptions of ScanFold), shared by numbers, money and durations.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "text/normalize.h"
#include "text/numbers.h"
#include "text/range.h"

namespace yk::text {

/// NFKC with plain punctuation; white space stays one for one, so that line breaks can be seen.
inline constexpr FoldOptions kScanFold = {.case_fold = false, .space = Space::kKeep, .punctuation = true};

struct ScannedNumber {
  Range range;  ///< in the folded text
  Decimal value;
  bool kanji = false;  ///< begins with a kanji numeral
  bool words = false;  ///< English words, with or without the digits in brackets behind them
};

/// Numbers of the folded text in order. Linear.
std::vector<ScannedNumber> ScanNumbers(std::string_view folded);

/// One number at `*pos`: digits with commas and a fraction, kanji numerals, both mixed (1億2,000万). Moves `*pos` past
/// it. Nothing: no number there, or one of more than 18 digits (`*pos` then stands behind it all the same).
std::optional<Decimal> ReadNumber(std::string_view folded, size_t* pos);

/// value x factor (a power of ten up to 10^12), or nothing when it grows past 18 digits.
std::optional<Decimal> Times(const Decimal& value, int64_t factor);

bool IsKanjiNumeral(char32_t c);
/// Kanji digit 0..9 incl. daiji, or -1.
int KanjiDigit(char32_t c);

size_t SkipSpace(std::string_view folded, size_t pos);
bool IsAsciiDigit(char c);
bool IsAsciiLetter(char c);

/// Sorts by place; of overlapping spots the earlier stays, of equal beginnings the longer.
template <typename T>
void DropOverlaps(std::vector<Spot<T>>* spots) {
  std::stable_sort(spots->begin(), spots->end(), [](const Spot<T>& a, const Spot<T>& b) {
    return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.end > b.range.end;
  });
  size_t kept = 0;
  for (size_t i = 0; i < spots->size(); ++i) {
    if (kept > 0 && (*spots)[i].range.begin < (*spots)[kept - 1].range.end) continue;
    if (kept != i) (*spots)[kept] = std::move((*spots)[i]);
    ++kept;
  }
  spots->resize(kept);
}

}  // namespace yk::text
