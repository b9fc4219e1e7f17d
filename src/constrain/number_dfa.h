// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "constrain/byte_dfa.h"

namespace yk::constrain {

/// The digits of a number without its sign: no zeros before `whole` (zero is empty), none behind `fraction`.
struct Digits {
  std::string whole, fraction;

  /// -1, 0 or 1.
  int Compare(const Digits& other) const;
};

struct NumberBound {
  bool negative = false;
  Digits digits;
  bool exclusive = false;

  static NumberBound Of(const Json& number, bool exclusive);
  /// By value; of two equal ones without regard to `exclusive`.
  int Compare(const NumberBound& other) const;
};

/// Which numbers may be written.
struct NumberRange {
  bool whole = false;     ///< no fraction
  bool exponent = false;  ///< an exponent of at most two digits may come; only where there are neither bounds nor steps
  std::optional<NumberBound> least, most;
  /// Only multiples of `step` / 10^`places`; no demand when `step` is 0.
  uint32_t step = 0;
  uint32_t places = 0;
};

inline constexpr size_t kWholeDigitsMax = 18;     ///< of an integer: it fits 64 bits
inline constexpr size_t kFractionDigitsMax = 15;  ///< all digits of a number with a fraction: doubles tell them apart

/// The texts of the numbers in that range: decimals of at most the digits named above, no "-0". Bounds are compared on
/// the decimals; up to 15 digits that is the order of the doubles which readers make of them. Nothing when it would
/// take too many states.
std::optional<ByteDfa> NumberDfa(const NumberRange& range);

}  // namespace yk::constrain
