// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "logs/chunk_miner.h"
#include "logs/grouping.h"
#include "logs/log_summary.h"

namespace yk::logs {

/// All that is needed to read lines again as they were read first.
struct Model {
  ReadPlan plan;
  SkeletonTable skeletons;            ///< counts are moved out; text, hash and layout stay
  std::vector<SkeletonPlan> plans;    ///< by skeleton; group = template id
  std::vector<uint64_t> chunk_lines;  ///< number of the first line of each chunk, less one
  std::vector<Chunk> chunks;
};

/// One shard out of many; empties them.
Shard MergeShards(std::vector<Shard> shards, const MineOptions& options);

/// Groups the skeletons of `shard` and fills in whatever is exact. Leaves in `sample` the lines for the slots, each
/// with its template in place of its skeleton.
LogSummary Assemble(Shard shard, std::span<const ChunkCounts> counts, Model* model, std::vector<SampleLine>* sample);

/// Looks at the sampled lines, on `threads` threads, each template on one.
void FillSlots(const Model& model, std::vector<SampleLine> sample, unsigned threads, LogSummary* summary);

/// Slot values of a line whose skeleton is known: parts of `content`.
void SlotValues(std::string_view content, const Scanned& scanned, const SkeletonPlan& plan,
                std::vector<std::string_view>* out);

}  // namespace yk::logs
