// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "constrain/pattern_dfa.h"

namespace yk::constrain {

inline constexpr uint32_t kUnbounded = UINT32_MAX;

/// How many code points texts of a pattern may have from each of its states on, so that a text can always be brought to
/// its end within its bounds.
class PatternLengths {
 public:
  /// Nothing when the table would be too large.
  static std::optional<PatternLengths> Of(const PatternDfa& dfa, uint32_t length_min, uint32_t length_max);

  /// Whether a text that is in that state after `count` code points can still end within the bounds.
  bool Reaches(uint32_t state, uint32_t count) const;

 private:
  uint32_t min_ = 0, max_ = 0;
  uint32_t known_ = 0;          ///< lengths that the table tells, 0 to known_ - 1
  std::vector<bool> possible_;  ///< [state * known_ + length]
};

/// Any text between quotes, or those of a pattern.
struct StringRule {
  uint32_t length_min = 0, length_max = kUnbounded;  ///< code points
  std::shared_ptr<const PatternDfa> pattern;         ///< may be null
  std::optional<PatternLengths> lengths;             ///< of a pattern whose texts have bounds

  /// There is no such text.
  bool empty() const;
  /// Whether a text may be in that state of the pattern after `count` code points.
  bool MayBe(uint32_t state, uint32_t count) const {
    return count <= length_max && (!lengths || lengths->Reaches(state, count));
  }
};

}  // namespace yk::constrain
