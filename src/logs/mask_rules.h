// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/mine_options.h"
#include "logs/scanner.h"
#include "text/regex.h"

namespace yk::logs {

/// The user's own masking, compiled. Immutable.
class MaskRules {
 public:
  /// kInvalid: which rule is wrong and why.
  static Result<MaskRules> Compile(const std::vector<MaskRule>& rules);

  bool empty() const { return rules_.empty(); }
  /// What the rules match in `content`: ordered, not overlapping; of two that overlap the one that begins first, then
  /// the longer.
  void Find(std::string_view content, std::vector<SlotSpan>* out) const;

 private:
  struct Rule {
    text::Regex regex;
    std::string literal;
  };
  std::vector<Rule> rules_;
};

}  // namespace yk::logs
