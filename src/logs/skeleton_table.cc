// SPDX-License-Identifier: Apache-2.0
#include "logs/skeleton_table.h"

#include <algorithm>

namespace yk::logs {

void KeepExample(const RawExample& example, size_t max, std::vector<RawExample>* examples) {
  const auto at =
      std::find_if(examples->begin(), examples->end(), [&](const RawExample& e) { return example.Before(e); });
  if (at == examples->end() && examples->size() >= max) return;
  examples->insert(at, example);
  if (examples->size() > max) examples->pop_back();
}

std::vector<BinCount> BinTally::Sorted() const {
  std::vector<BinCount> sorted = bins_;
  std::sort(sorted.begin(), sorted.end(), [](const BinCount& a, const BinCount& b) { return a.bin < b.bin; });
  size_t out = 0;
  for (const BinCount& bin : sorted) {
    if (out > 0 && sorted[out - 1].bin == bin.bin) {
      sorted[out - 1].count += bin.count;
    } else {
      sorted[out++] = bin;
    }
  }
  sorted.resize(out);
  return sorted;
}

void BinTally::Tidy() {
  bins_ = Sorted();
  limit_ = std::max<size_t>(256, bins_.size() * 2);
}

void BinTally::Merge(const BinTally& other) {
  bins_.insert(bins_.end(), other.bins_.begin(), other.bins_.end());
  Tidy();
}

void SkeletonStats::Merge(const SkeletonStats& other) {
  if (other.count == 0) return;
  if (count == 0 || other.first.Before(first)) first = other.first;
  if (count == 0 || last.Before(other.last)) last = other.last;
  count += other.count;
  without_time += other.without_time;
  if (first_time == kNoTime || (other.first_time != kNoTime && other.first_time < first_time))
    first_time = other.first_time;
  if (last_time == kNoTime || (other.last_time != kNoTime && other.last_time > last_time)) last_time = other.last_time;
  for (size_t i = 0; i < kLevels; ++i) levels[i] += other.levels[i];
  bins.Merge(other.bins);
  for (const RawExample& example : other.examples) KeepExample(example, kExamples, &examples);
}

SkeletonTable::SkeletonTable() : cells_(1024) {}

int64_t SkeletonTable::Find(uint64_t hash, uint32_t literal_bytes, uint32_t slots) const {
  const uint32_t check = Check(literal_bytes, slots);
  const size_t mask = cells_.size() - 1;
  for (size_t i = hash & mask; cells_[i].record != 0; i = (i + 1) & mask) {
    if (cells_[i].hash == hash && cells_[i].check == check) return static_cast<int64_t>(cells_[i].record) - 1;
  }
  return -1;
}

int64_t SkeletonTable::Find(const Scanned& scanned) const {
  return Find(scanned.hash, scanned.literal_bytes, static_cast<uint32_t>(scanned.slots.size()));
}

void SkeletonTable::Insert(uint64_t hash, uint32_t check, uint32_t record) {
  const size_t mask = cells_.size() - 1;
  size_t i = hash & mask;
  while (cells_[i].record != 0) i = (i + 1) & mask;
  cells_[i] = {hash, record + 1, check};
}

void SkeletonTable::Grow() {
  cells_.assign(cells_.size() * 2, {});
  for (uint32_t i = 0; i < records_.size(); ++i) {
    Insert(records_[i].hash, Check(records_[i].literal_bytes, records_[i].slots), i);
  }
}

uint32_t SkeletonTable::Add(SkeletonStats stats) {
  if (records_.size() * 2 >= cells_.size()) Grow();
  const auto at = static_cast<uint32_t>(records_.size());
  Insert(stats.hash, Check(stats.literal_bytes, stats.slots), at);
  records_.push_back(std::move(stats));
  return at;
}

uint32_t SkeletonTable::Add(const Scanned& scanned, std::string text) {
  SkeletonStats stats;
  stats.hash = scanned.hash;
  stats.literal_bytes = scanned.literal_bytes;
  stats.slots = static_cast<uint32_t>(scanned.slots.size());
  stats.text = std::move(text);
  return Add(std::move(stats));
}

}  // namespace yk::logs
