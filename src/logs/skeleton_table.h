// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logs/level.h"
#include "logs/scanner.h"
#include "logs/time_grid.h"

namespace yk::logs {

/// Where a line stands, before the line numbers of chunks are known.
struct RawPlace {
  uint32_t input = 0;
  uint32_t chunk = 0;  ///< over all inputs
  uint64_t offset = 0;
  uint32_t line = 0;  ///< within the chunk, from 0
  Micros time = kNoTime;

  bool Before(const RawPlace& other) const {
    return input != other.input ? input < other.input : offset < other.offset;
  }
};

/// A line chosen by the hash of its place.
struct RawExample {
  uint64_t rank = 0;
  RawPlace place;
  bool Before(const RawExample& other) const {
    return rank != other.rank ? rank < other.rank : place.Before(other.place);
  }
};

/// Keeps the `max` lowest ranks.
void KeepExample(const RawExample& example, size_t max, std::vector<RawExample>* examples);

inline constexpr uint32_t kNoBin = 0xFFFFFFFF;

/// Bins counted in the order of lines: mostly the last one grows.
class BinTally {
 public:
  void Add(uint32_t bin) {
    if (!bins_.empty() && bins_.back().bin == bin) {
      ++bins_.back().count;
      return;
    }
    bins_.push_back({bin, 1});
    if (bins_.size() >= limit_) Tidy();
  }
  void Merge(const BinTally& other);
  /// Ordered, each bin once.
  std::vector<BinCount> Sorted() const;

 private:
  void Tidy();
  std::vector<BinCount> bins_;
  size_t limit_ = 256;
};

/// Everything counted about the lines of one skeleton; sums of two are the same in any order.
struct SkeletonStats {
  static constexpr size_t kExamples = 3;

  uint64_t hash = 0;
  uint32_t literal_bytes = 0;
  uint32_t slots = 0;
  uint32_t layout = 0;
  bool continuation = false;
  bool has_nul = false;  ///< the text holds NUL bytes, and so does each of the lines
  std::string text;

  uint64_t count = 0;
  RawPlace first, last;
  Micros first_time = kNoTime, last_time = kNoTime;
  uint64_t without_time = 0;
  LevelCounts levels{};
  BinTally bins;
  std::vector<RawExample> examples;

  /// `bin`: of the place's time; kNoBin when it has none.
  void AddLine(const RawPlace& place, Level level, uint32_t bin, uint64_t rank) {
    if (count++ == 0 || place.Before(first)) first = place;
    if (count == 1 || last.Before(place)) last = place;
    ++levels[static_cast<size_t>(level)];
    AddTime(place.time, bin);
    if (examples.size() < kExamples || rank <= examples.back().rank) KeepExample({rank, place}, kExamples, &examples);
  }
  void AddTime(Micros time, uint32_t bin) {
    if (bin == kNoBin) {
      ++without_time;
      return;
    }
    if (first_time == kNoTime || time < first_time) first_time = time;
    if (last_time == kNoTime || time > last_time) last_time = time;
    bins.Add(bin);
  }
  void Merge(const SkeletonStats& other);
};

/// Skeletons by hash. Open addressing; grows. Hash, literal length and number of slots must agree.
class SkeletonTable {
 public:
  SkeletonTable();

  /// The skeleton's place; -1 when it is not there.
  int64_t Find(const Scanned& scanned) const;
  /// Adds what Find did not find.
  uint32_t Add(const Scanned& scanned, std::string text);
  uint32_t Add(SkeletonStats stats);

  std::vector<SkeletonStats>& records() { return records_; }
  const std::vector<SkeletonStats>& records() const { return records_; }
  int64_t Find(uint64_t hash, uint32_t literal_bytes, uint32_t slots) const;

 private:
  struct Cell {
    uint64_t hash = 0;
    uint32_t record = 0;  ///< plus one; 0: free
    uint32_t check = 0;
  };
  static uint32_t Check(uint32_t literal_bytes, uint32_t slots) { return literal_bytes * 256 + slots; }
  void Insert(uint64_t hash, uint32_t check, uint32_t record);
  void Grow();

  std::vector<Cell> cells_;
  std::vector<SkeletonStats> records_;
};

}  // namespace yk::logs
