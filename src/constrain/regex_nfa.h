// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "constrain/regex_tree.h"

namespace yk::constrain {

/// A regular expression as Thompson's automaton (1968).
struct RegexNfa {
  struct State {
    enum Kind : uint8_t { kSet, kSplit, kBegin, kEnd, kMatch } kind = kMatch;
    uint32_t set = 0;              ///< of kSet: index into sets
    uint32_t next = 0, other = 0;  ///< `other` of kSplit only
  };
  std::vector<State> states;
  std::vector<CodePointSet> sets;  ///< each once
  uint32_t start = 0;

  /// Nothing when it would have more than some ten thousand states.
  static std::optional<RegexNfa> Of(const RegexTree& tree);
};

}  // namespace yk::constrain
