// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace yk::constrain {

/// A deterministic automaton over code points: which texts a regular expression is found in. Without dead ends: every
/// state leads to an accepting one. Begins in state 0.
class PatternDfa {
 public:
  static constexpr uint32_t kDead = UINT32_MAX;

  /// The texts in which RE2 finds the expression, or some of them (see ParseRegex). Nothing when no automaton of
  /// bearable size does it.
  static std::optional<PatternDfa> Compile(std::string_view expression);
  /// The texts of both; nothing when that takes too many states.
  static std::optional<PatternDfa> Both(const PatternDfa& a, const PatternDfa& b);

  /// Takes no text at all.
  bool empty() const { return accepts_.empty(); }
  size_t size() const { return accepts_.size(); }
  bool Accepts(uint32_t state) const { return accepts_[state]; }
  uint32_t Next(uint32_t state, uint32_t code_point) const { return At(state, ClassOf(code_point)); }
  /// Calls visit(next state) for the code points from `low` to `high`, once for each run of them that behaves alike,
  /// until it returns true; whether it did. kDead is left out.
  template <typename Visit>
  bool AnyNext(uint32_t state, uint32_t low, uint32_t high, Visit&& visit) const {
    for (size_t run = RunOf(low); run < runs_.size() && runs_[run].first <= high; ++run) {
      const uint32_t next = At(state, runs_[run].kind);
      if (next != kDead && visit(next)) return true;
    }
    return false;
  }

 private:
  friend class PatternBuilder;
  /// Code points from `first` to the next run's, all of which behave alike.
  struct Run {
    uint32_t first = 0;
    uint32_t kind = 0;
  };

  uint32_t At(uint32_t state, uint32_t kind) const { return next_[state * kinds_ + kind]; }
  size_t RunOf(uint32_t code_point) const;
  uint32_t ClassOf(uint32_t code_point) const {
    return code_point < ascii_.size() ? ascii_[code_point] : runs_[RunOf(code_point)].kind;
  }
  void IndexAscii();
  /// Drops states that lead nowhere.
  void Trim();

  std::vector<Run> runs_;
  std::vector<uint32_t> ascii_;  ///< kind of each ASCII character
  uint32_t kinds_ = 0;
  std::vector<uint32_t> next_;
  std::vector<bool> accepts_;
};

}  // namespace yk::constrain
