// SPDX-License-Identifier: Apache-2.0
#include "constrain/string_rule.h"

#include <algorithm>

namespace yk::constrain {
namespace {

constexpr uint64_t kCellsMax = uint64_t{4} << 20;

std::vector<uint32_t> Successors(const PatternDfa& dfa, uint32_t state) {
  std::vector<uint32_t> next;
  dfa.AnyNext(state, 0, UINT32_MAX, [&](uint32_t to) { return next.push_back(to), false; });
  std::sort(next.begin(), next.end());
  next.erase(std::unique(next.begin(), next.end()), next.end());
  return next;
}

}  // namespace

std::optional<PatternLengths> PatternLengths::Of(const PatternDfa& dfa, uint32_t length_min, uint32_t length_max) {
  PatternLengths lengths;
  lengths.min_ = length_min;
  lengths.max_ = length_max;
  // Without an upper bound: a longer text has a loop that can be left out, down to one of fewer than min + states.
  const uint64_t longest = length_max == kUnbounded ? uint64_t{length_min} + dfa.size() : length_max;
  if ((longest + 1) * dfa.size() > kCellsMax) return std::nullopt;
  lengths.known_ = static_cast<uint32_t>(longest + 1);
  lengths.possible_.resize(dfa.size() * lengths.known_);
  std::vector<std::vector<uint32_t>> successors;
  for (uint32_t state = 0; state < dfa.size(); ++state) {
    successors.push_back(Successors(dfa, state));
    lengths.possible_[size_t{state} * lengths.known_] = dfa.Accepts(state);
  }
  for (uint32_t length = 1; length < lengths.known_; ++length) {
    for (uint32_t state = 0; state < dfa.size(); ++state) {
      lengths.possible_[size_t{state} * lengths.known_ + length] =
          std::any_of(successors[state].begin(), successors[state].end(),
                      [&](uint32_t next) { return lengths.possible_[size_t{next} * lengths.known_ + length - 1]; });
    }
  }
  return lengths;
}

bool PatternLengths::Reaches(uint32_t state, uint32_t count) const {
  if (count > max_) return false;
  const auto row = possible_.begin() + static_cast<std::ptrdiff_t>(size_t{state} * known_);
  const uint32_t least = min_ > count ? min_ - count : 0;
  const uint32_t most = max_ == kUnbounded ? known_ - 1 : max_ - count;
  return std::find(row + least, row + most + 1, true) != row + most + 1;
}

bool StringRule::empty() const {
  if (length_min > length_max) return true;
  return pattern && (pattern->empty() || !MayBe(0, 0));
}

}  // namespace yk::constrain
