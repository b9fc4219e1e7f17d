// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "logs/chunk_miner.h"

namespace yk::logs {

void Shard::ThinIds(size_t max) {
  while (ids.size() > max) {
    id_limit /= 2;
    std::erase_if(ids, [&](const RawId& id) { return id.id > id_limit; });
  }
}

void Shard::ThinSkeletons(size_t max) {
  while (table.records().size() > max) DropSkeletonsAbove(skeleton_limit / 2);
}

void Shard::DropSkeletonsAbove(uint64_t limit) {
  skeleton_limit = limit;
  if (limit == UINT64_MAX) return;
  SkeletonTable kept;
  std::vector<uint32_t> now(table.records().size(), kNoSkeleton);
  for (size_t i = 0; i < now.size(); ++i) {
    SkeletonStats& record = table.records()[i];
    if (record.hash <= skeleton_limit) {
      now[i] = kept.Add(std::move(record));
      continue;
    }
    with_nul += record.has_nul ? record.count : 0;
    rare.Merge(record);
  }
  table = std::move(kept);
  const auto move_all = [&](auto* list) {
    std::erase_if(*list, [&](const auto& item) { return now[item.skeleton] == kNoSkeleton; });
    for (auto& item : *list) item.skeleton = now[item.skeleton];
  };
  move_all(&sample);
  move_all(&ids);
}

}  // namespace yk::logs
