// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "logs/assemble.h"

namespace yk::logs {
namespace {

void MergeTotals(const Shard& more, Shard* into) {
  into->rare.Merge(more.rare);
  into->layout_lines.resize(std::max(into->layout_lines.size(), more.layout_lines.size()));
  for (size_t i = 0; i < more.layout_lines.size(); ++i) into->layout_lines[i] += more.layout_lines[i];
  for (size_t i = 0; i < kLevels; ++i) into->levels[i] += more.levels[i];
  into->bins.Merge(more.bins);
  if (into->first_time == kNoTime || (more.first_time != kNoTime && more.first_time < into->first_time))
    into->first_time = more.first_time;
  if (into->last_time == kNoTime || (more.last_time != kNoTime && more.last_time > into->last_time))
    into->last_time = more.last_time;
  into->empty += more.empty;
  into->without_header += more.without_header;
  into->continuation += more.continuation;
  into->cut += more.cut;
  into->invalid += more.invalid;
  into->with_nul += more.with_nul;
  into->time_backward += more.time_backward;
}

void MergeSkeletons(Shard* more, Shard* into) {
  std::vector<uint32_t> now;
  for (SkeletonStats& record : more->table.records()) {
    const int64_t at = into->table.Find(record.hash, record.literal_bytes, record.slots);
    if (at >= 0) {
      SkeletonStats& known = into->table.records()[static_cast<size_t>(at)];
      // Texts may differ in bytes that stand for marks only; the smaller is taken, whoever came first.
      if (record.text < known.text) known.text = record.text;
      known.Merge(record);
      now.push_back(static_cast<uint32_t>(at));
    } else {
      now.push_back(into->table.Add(std::move(record)));
    }
  }
  for (SampleLine line : more->sample) {
    line.skeleton = now[line.skeleton];
    into->sample.push_back(line);
  }
  for (RawId id : more->ids) {
    id.skeleton = now[id.skeleton];
    into->ids.push_back(id);
  }
}

/// Puts the skeletons into an order that no thread has a part in.
void SortSkeletons(Shard* shard) {
  std::vector<SkeletonStats>& records = shard->table.records();
  std::vector<uint32_t> order(records.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(records[a].layout, records[a].text, records[a].hash) <
           std::tie(records[b].layout, records[b].text, records[b].hash);
  });
  SkeletonTable sorted;
  std::vector<uint32_t> now(order.size());
  for (const uint32_t i : order) now[i] = sorted.Add(std::move(records[i]));
  shard->table = std::move(sorted);
  for (SampleLine& line : shard->sample) line.skeleton = now[line.skeleton];
  for (RawId& id : shard->ids) id.skeleton = now[id.skeleton];
}

}  // namespace

Shard MergeShards(std::vector<Shard> shards, const MineOptions& options) {
  Shard out = std::move(shards[0]);
  for (size_t i = 1; i < shards.size(); ++i) {
    out.id_limit = std::min(out.id_limit, shards[i].id_limit);
    out.skeleton_limit = std::min(out.skeleton_limit, shards[i].skeleton_limit);
    out.overflow = out.overflow || shards[i].overflow;
    MergeTotals(shards[i], &out);
    MergeSkeletons(&shards[i], &out);
    shards[i] = Shard{};
  }
  // What another thread had to drop is dropped here too.
  std::erase_if(out.ids, [&](const RawId& id) { return id.id > out.id_limit; });
  out.DropSkeletonsAbove(out.skeleton_limit);
  if (out.table.records().size() > options.skeletons_max) {
    out.overflow = true;
    out.ThinSkeletons(options.skeletons_max);
  }
  // Which ids were kept depended on skeletons that are gone: no sessions rather than wrong ones.
  if (out.skeleton_limit != UINT64_MAX) {
    out.ids.clear();
    out.id_limit = 0;
  }
  out.ThinIds(options.id_events_max);
  SortSkeletons(&out);
  std::sort(out.ids.begin(), out.ids.end(), [](const RawId& a, const RawId& b) {
    return std::tie(a.id, a.place.input, a.place.offset, a.at) < std::tie(b.id, b.place.input, b.place.offset, b.at);
  });
  const auto earlier = [](const SampleLine& a, const SampleLine& b) {
    return std::tie(a.input, a.offset) < std::tie(b.input, b.offset);
  };
  // One thread has met them in their order.
  if (!std::is_sorted(out.sample.begin(), out.sample.end(), earlier))
    std::sort(out.sample.begin(), out.sample.end(), earlier);
  return out;
}

}  // namespace yk::logs
