// SPDX-License-Identifier: Apache-2.0
#include "logs/mine.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "logs/assemble.h"
#include "logs/line_sample.h"
#include "logs/mined.h"

namespace yk::logs {
namespace {

std::vector<Chunk> CutChunks(std::span<const LogInput> inputs, size_t chunk_bytes) {
  // Even, because half of a UTF-16 unit begins no line.
  const uint64_t step = std::max<uint64_t>(2, chunk_bytes & ~size_t{1});
  std::vector<Chunk> chunks;
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    for (uint64_t begin = 0; begin < inputs[i].bytes.size(); begin += step) {
      chunks.push_back({i, static_cast<uint32_t>(chunks.size()), begin, begin + step});
    }
  }
  return chunks;
}

Charset CharsetOf(const LogInput& input) {
  const auto named = CharsetNamed(input.charset);
  return named ? *named : DetectCharset(input.bytes);
}

/// Pass 1 on all threads: every thread takes the next chunk until none is left or one has overflowed.
std::vector<Shard> ReadChunks(const ReadPlan& plan, const std::vector<Chunk>& chunks, unsigned threads,
                              std::vector<ChunkCounts>* counts) {
  std::vector<Shard> shards(threads);
  counts->assign(chunks.size(), {});
  std::atomic<size_t> taken = 0;
  std::atomic<bool> overflow = false;
  const auto work = [&](Shard* shard) {
    for (size_t i = taken++; i < chunks.size() && !overflow; i = taken++) {
      (*counts)[i] = MineChunk(plan, chunks[i], shard);
      if (shard->overflow) overflow = true;
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work, &shards[i]);
    work(&shards[0]);
  }
  return shards;
}

}  // namespace

Result<std::unique_ptr<const Mined>> Mine(std::span<const LogInput> inputs, const MineOptions& options) {
  auto mined = std::make_unique<MinedLog>();
  Model& model = mined->model();
  ReadPlan& plan = model.plan;
  plan.inputs.assign(inputs.begin(), inputs.end());
  plan.options = options;
  YK_TRY(plan.masks, MaskRules::Compile(options.masks));
  for (const LogInput& input : inputs) plan.charsets.push_back(CharsetOf(input));
  const LineSample sample = SampleLines(inputs, plan.charsets, options.line_bytes_max);
  YK_TRY(plan.layouts, FindLayouts(sample, options));
  plan.years = FindYears(sample, plan.layouts, inputs, options);
  plan.grid = FindGrid(sample, plan.layouts, plan.years);
  plan.sample_shift = SampleShift(sample, options);
  model.chunks = CutChunks(inputs, options.chunk_bytes);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned threads = static_cast<unsigned>(
      std::clamp<size_t>(options.threads == 0 ? cores : options.threads, 1, std::max<size_t>(1, model.chunks.size())));

  std::vector<ChunkCounts> counts;
  Shard all;
  for (plan.coarseness = 0;; ++plan.coarseness) {
    all = MergeShards(ReadChunks(plan, model.chunks, threads, &counts), options);
    if (!all.overflow || plan.coarseness == 2) break;
  }
  std::vector<SampleLine> lines;
  mined->summary() = Assemble(std::move(all), counts, &model, &lines);
  FillSlots(model, std::move(lines), threads, &mined->summary());
  if (mined->summary().rare.lines > 0) mined->FindRareExamples();
  return std::unique_ptr<const Mined>(std::move(mined));
}

}  // namespace yk::logs
