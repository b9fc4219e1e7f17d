// SPDX-License-Identifier: Apache-2.0
// Reading numbers off folded text (FoldOptions of ScanFold), shared by numbers, money and durations.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "text/digit_groups.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/range.h"

namespace yk::text {

/// NFKC with plain punctuation; white space stays one for one, so that line breaks can be seen.
inline constexpr FoldOptions kScanFold = {
    .case_fold = false, .space = Space::kKeep, .punctuation = true, .keep_marks = true};
/// The same for ScanNumbers, which must tell the spaces between groups of digits from those between columns.
inline constexpr FoldOptions kNumberFold = {
    .case_fold = false, .space = Space::kKeep, .punctuation = true, .keep_marks = true, .numerals = true};

struct ScannedNumber {
  Range range;  ///< in the folded text
  Decimal value;
  bool kanji = false;                     ///< begins with a kanji numeral
  bool words = false;                     ///< English words, with or without the digits in brackets behind them
  Grouping grouping = Grouping::kNumber;  ///< never kList or kNone; all but kNumber need something else to be sure
};

/// Numbers of the text folded with kNumberFold, in order. What is only a part of something else is left out: a version,
/// a date with slashes, 5², 数千. Linear.
std::vector<ScannedNumber> ScanNumbers(std::string_view folded);

/// One number at `*pos`: digits in groups and with a fraction, kanji numerals, both mixed (1億2,000万). Moves `*pos`
/// past it. Nothing: no number there, or one of more than 18 digits (`*pos` then stands behind it all the same).
/// `grouping` says how sure it is that the digits are one number; without it only sure ones are given.
std::optional<Decimal> ReadNumber(std::string_view folded, size_t* pos, Grouping* grouping = nullptr);

/// May a minus sign at `pos` stand before a number? Not behind a letter or digit, where it is a hyphen.
bool IsSignAt(std::string_view folded, size_t pos);

/// value x factor (a power of ten up to 10^12), or nothing when it grows past 18 digits.
std::optional<Decimal> Times(const Decimal& value, int64_t factor);
/// a + b, or nothing when it grows past 18 digits.
std::optional<Decimal> Plus(const Decimal& a, const Decimal& b);

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
