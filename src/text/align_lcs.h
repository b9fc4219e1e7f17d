// SPDX-License-Identifier: Apache-2.0
// The last stage of grounding: longest common subsequence of units, where no folding makes the quote equal.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/align.h"
#include "text/range.h"

namespace yk::text {

/// A source as a row of units (hashes of Latin words and CJK character bigrams, punctuation left out) with an index of
/// where each unit stands.
class LcsIndex {
 public:
  explicit LcsIndex(std::string_view source);

  struct Found {
    Range place;  ///< bytes of the source
    double coverage = 0;
    double density = 0;
  };
  /// The window that shares most units with the quote in the same order, when it passes the options' bounds. Work is
  /// bounded by the quote's units times a constant, whatever the source.
  std::optional<Found> Find(std::string_view quote, const AlignOptions& options) const;

 private:
  struct Unit {
    uint64_t key;
    uint32_t begin;
    uint32_t end;
  };
  using Units = std::vector<Unit>;
  static Units UnitsOf(std::string_view text);

  struct Match {
    uint32_t quote;
    uint32_t source;
  };
  std::vector<Match> Matches(const Units& quote) const;
  std::vector<Match> Chain(const std::vector<Match>& matches, uint32_t from, uint32_t to) const;
  std::vector<uint32_t> Candidates(const std::vector<Match>& matches, size_t quote_size) const;
  std::optional<Found> Judge(std::vector<Match> chain, size_t quote_size, const AlignOptions& options) const;

  Units units_;
  std::vector<uint32_t> order_;                 ///< unit numbers sorted by key, then place
  std::unordered_map<uint64_t, Range> places_;  ///< key -> part of order_
};

}  // namespace yk::text
