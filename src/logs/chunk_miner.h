// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "logs/bytes.h"
#include "logs/layout_set.h"
#include "logs/line_cursor.h"
#include "logs/mask_rules.h"
#include "logs/mine_options.h"
#include "logs/scanner.h"
#include "logs/skeleton_table.h"
#include "logs/time_grid.h"
#include "logs/year_course.h"

namespace yk::logs {

/// What all threads share while they read: found out before, changed by none.
struct ReadPlan {
  std::vector<LogInput> inputs;
  std::vector<Charset> charsets;
  LayoutSet layouts;
  std::vector<YearCourse> years;  ///< of each input
  MaskRules masks;
  TimeGrid grid;
  MineOptions options;
  int coarseness = 0;
  unsigned sample_shift = 0;  ///< one line of 2^shift is in the sample
};

/// A part of an input.
struct Chunk {
  uint32_t input = 0;
  uint32_t index = 0;  ///< over all inputs
  uint64_t begin = 0, end = 0;
};

/// What is known of a chunk once it has been read.
struct ChunkCounts {
  uint64_t lines = 0;
  Micros first_time = kNoTime, last_time = kNoTime;  ///< of its first and last line with a time
};

/// A line whose slots are looked at later.
struct SampleLine {
  uint64_t offset = 0;
  uint32_t input = 0;
  uint32_t skeleton = 0;
};

inline constexpr uint32_t kNoMark = 0xFFFFFFFF;  ///< of ids that stand in the header

struct RawId {
  uint64_t id = 0;
  RawPlace place;
  uint32_t skeleton = 0;
  uint32_t at = 0, bytes = 0;  ///< in the line's text
  uint32_t mark = kNoMark;     ///< which slot of the skeleton
};

inline constexpr uint32_t kNoSkeleton = 0xFFFFFFFF;

/// What one thread has counted. Merging two gives the same in any order.
struct Shard {
  SkeletonTable table;
  std::vector<SampleLine> sample;
  std::vector<RawId> ids;
  uint64_t id_limit = UINT64_MAX;        ///< ids above it are not kept
  uint64_t skeleton_limit = UINT64_MAX;  ///< skeletons with a hash above it are in the rare pool
  bool overflow = false;                 ///< more skeletons than there may be, and coarser masking would help

  SkeletonStats rare;
  std::vector<uint64_t> layout_lines;
  LevelCounts levels{};
  BinTally bins;
  Micros first_time = kNoTime, last_time = kNoTime;
  uint64_t empty = 0, without_header = 0, continuation = 0, cut = 0, invalid = 0, with_nul = 0, time_backward = 0;

  /// Halves `id_limit` until at most `max` ids are left.
  void ThinIds(size_t max);
  /// Halves `skeleton_limit` until at most `max` skeletons are left; the others' lines go to the rare pool.
  void ThinSkeletons(size_t max);
  /// Puts the lines of skeletons whose hash is above `limit` into the rare pool.
  void DropSkeletonsAbove(uint64_t limit);
};

/// A line read as the plan says: head, content and what is variable in it.
struct ReadLine {
  LineHead head;
  HeadScratch scratch;
  Scanned scanned;
  std::vector<SlotSpan> masked;  ///< found by the user's rules
};

/// Whether there is nothing to see in a line.
bool IsBlank(std::string_view text);
/// Reads head and content; the same for any thread and any order.
void ReadLineBy(const ReadPlan& plan, uint32_t input, const RawLine& line, ReadLine* out);

/// Reads the lines of `chunk` into `shard`. Stops early when the shard overflows.
ChunkCounts MineChunk(const ReadPlan& plan, const Chunk& chunk, Shard* shard);

/// Rank of a place among others: low ones become examples and samples.
inline uint64_t RankOf(uint32_t input, uint64_t offset) {
  return HashNumber(offset * 2 + 1 + (static_cast<uint64_t>(input) << 48));
}

}  // namespace yk::logs
