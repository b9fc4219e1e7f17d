// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace yk::logs {

/// Microseconds since 1970-01-01 00:00 on the clock of the log itself: zones are read but not applied, because one
/// file is nearly always written by one clock. Years that a log leaves out are taken from the options.
using Micros = int64_t;
inline constexpr Micros kNoTime = std::numeric_limits<Micros>::min();

/// "2026-03-02 10:42:07" for people; "-" for kNoTime.
std::string FormatTime(Micros time);

/// Equal bins over the span of the log, the same for all templates. The span comes from a sample of lines over the
/// whole input, without lone outliers; times outside of it count in the first or last bin.
struct TimeGrid {
  static constexpr uint32_t kBinsMax = 2048;
  static constexpr uint32_t kCoarseMax = 96;

  Micros start = kNoTime;  ///< kNoTime: no line has a time, and there are no bins
  Micros width = 0;        ///< a whole number of seconds that people use (1 s, 5 s, 1 min, …)
  uint32_t bins = 0;       ///< at most kBinsMax
  uint32_t coarse = 0;     ///< coarse bins, at most kCoarseMax; each covers `fine_per_coarse` fine ones
  uint32_t fine_per_coarse = 1;

  uint32_t BinOf(Micros time) const {
    if (time <= start) return 0;
    const uint64_t bin = static_cast<uint64_t>(time - start) / static_cast<uint64_t>(width);
    return bin < bins ? static_cast<uint32_t>(bin) : bins - 1;
  }
  uint32_t CoarseOf(uint32_t bin) const { return bin / fine_per_coarse; }
  Micros StartOf(uint32_t bin) const { return start + static_cast<Micros>(bin) * width; }

  /// The grid for events from `first` to `last`; no bins when `first` is kNoTime.
  static TimeGrid Over(Micros first, Micros last);
};

/// A bin that is not empty. Lists of them are ordered by bin.
struct BinCount {
  uint32_t bin = 0;
  uint32_t count = 0;
  friend bool operator==(const BinCount&, const BinCount&) = default;
};

/// Sums two ordered lists into the first.
void MergeBins(std::vector<BinCount>* into, const std::vector<BinCount>& more);

}  // namespace yk::logs
