// SPDX-License-Identifier: Apache-2.0
// Values known by their form (codes, numbers of orders) and by the words that announce them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/range.h"

namespace yk::text {

class CuedPattern {
 public:
  struct Found {
    Range range;     ///< bytes of the text
    size_t cue = 0;  ///< index of the cue that led here
  };

  /// `pattern` as in JSON Schema; "^" and "$" around it are left out, since the value stands inside a text. A cue is
  /// plain words, or an expression between slashes ("/^Status: *(.*)/", without regard to case, "^" and "$" at every
  /// line). kInvalid names the expression that cannot be read.
  static Result<std::shared_ptr<const CuedPattern>> Make(const std::string& pattern,
                                                         const std::vector<std::string>& cues);
  ~CuedPattern();

  size_t cues() const;

  /// The values that cue number `cue` leads to inside `within`, in order: for an expression with a group what the group
  /// holds, if it has the pattern's form; without one the first value from where it begins to the end of its line; for
  /// words the nearest value behind them on their line, before them when that one is clearly nearer, else on the next
  /// line. A value that no group holds stands alone: it is no piece of a longer number, of an address, a date, a time
  /// or a version.
  std::vector<Range> All(std::string_view text, Range within, size_t cue) const;

  /// The first value of the first cue that leads to any.
  std::optional<Found> First(std::string_view text, const std::vector<Range>& within) const;

 private:
  CuedPattern();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yk::text
