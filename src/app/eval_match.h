// SPDX-License-Identifier: Apache-2.0
// When a predicted value counts as the gold value.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace yk::app {

/// How values of a field are compared.
struct MatchRule {
  enum class Kind {
    kExact,  ///< numbers by value; texts after NFKC, white-space squeezing and case folding
    kDate,   ///< the same day, however written
    kSpan,   ///< overlap (Jaccard) of words, or of character pairs in Japanese and Chinese, of at least `overlap`
  };
  Kind kind = Kind::kExact;
  double overlap = 0.5;

  /// "exact", "date", "span:0.5" or "span"; fails (invalid) with the list of rules.
  static Result<MatchRule> Parse(std::string_view text);
  std::string ToString() const;
};

/// Whether `predicted` counts as `gold`; neither is null.
bool ValuesMatch(const Json& gold, const Json& predicted, const MatchRule& rule);

/// Jaccard overlap of two texts, 0 to 1; 1 when both have no words.
double SpanOverlap(std::string_view a, std::string_view b);

}  // namespace yk::app
