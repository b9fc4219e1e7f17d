// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/code_point_set.h"

namespace yk::constrain {

/// A part of a regular expression. Which match is preferred is left out: here it only matters whether there is one.
struct RegexTree {
  enum Kind : uint8_t {
    kSet,           ///< one code point of `set`
    kSequence,      ///< all parts one after the other; none: the empty text
    kAlternatives,  ///< one of the parts
    kRepeat,        ///< the one part `min` to `max` times
    kBegin,         ///< the beginning of the text
    kEnd,           ///< its end
  };
  static constexpr uint32_t kNoMax = UINT32_MAX;

  Kind kind = kSequence;
  uint32_t min = 0, max = 0;
  CodePointSet set;
  std::vector<RegexTree> parts;
};

/// Reads an expression that RE2 accepts. Nothing for what no automaton over code points can check as it stands: word
/// boundaries, (?m), \C. Of (?i) only ASCII letters are folded, so that less may match than for RE2, never more; where
/// it would be more (a negated class), nothing.
std::optional<RegexTree> ParseRegex(std::string_view expression);

}  // namespace yk::constrain
