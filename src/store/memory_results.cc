// SPDX-License-Identifier: Apache-2.0
// Result log and answers of MemoryStore.
#include <algorithm>

#include "store/memory_store.h"

namespace yk::store {
namespace {

constexpr int64_t kReadBytesMax = 8 << 20;

}  // namespace

Result<std::vector<RowResult>> MemoryStore::Read(JobId job, int stage, int64_t from, int64_t max) {
  MutexLock lock(mutex_);
  std::vector<RowResult> out;
  const Stage* found = FindStage(job, stage);
  if (found == nullptr) return out;
  int64_t bytes = 0;
  for (int64_t row = std::max<int64_t>(from, 0); row < found->record.rows; ++row) {
    const Row& r = found->rows[static_cast<size_t>(row)];
    if (r.Missing() || static_cast<int64_t>(out.size()) >= max || bytes > kReadBytesMax) break;
    bytes += static_cast<int64_t>(r.result->output.size() + r.result->meta.size());
    out.push_back(*r.result);
  }
  return out;
}

Result<std::vector<RowResult>> MemoryStore::Scan(JobId job, int stage, int64_t from, int64_t max, bool errors_only) {
  MutexLock lock(mutex_);
  std::vector<RowResult> out;
  const Stage* found = FindStage(job, stage);
  if (found == nullptr) return out;
  for (int64_t row = std::max<int64_t>(from, 0); row < found->record.rows; ++row) {
    if (static_cast<int64_t>(out.size()) >= max) break;
    const Row& r = found->rows[static_cast<size_t>(row)];
    if (!r.Missing() && (!errors_only || IsError(r.result->status))) out.push_back(*r.result);
  }
  return out;
}

Result<std::string> MemoryStore::Input(JobId job, int stage, int64_t row_id) {
  MutexLock lock(mutex_);
  const Stage* found = FindStage(job, stage);
  if (found == nullptr || row_id < 0 || row_id >= found->record.rows) {
    return Fail(Code::kNotFound, "job {} has no row {} in stage {}", job.value, row_id, stage);
  }
  return found->rows[static_cast<size_t>(row_id)].payload;
}

Result<void> MemoryStore::SaveCursor(JobId id, const std::string& sink, const DeliveryCursor& cursor) {
  MutexLock lock(mutex_);
  Job* job = Find(id);
  if (job == nullptr) return NoSuchJob(id);
  job->cursors[sink] = cursor;
  return {};
}

Result<std::optional<DeliveryCursor>> MemoryStore::LoadCursor(JobId id, const std::string& sink) {
  MutexLock lock(mutex_);
  const Job* job = Find(id);
  if (job == nullptr) return std::optional<DeliveryCursor>();
  const auto it = job->cursors.find(sink);
  return it == job->cursors.end() ? std::optional<DeliveryCursor>() : std::optional<DeliveryCursor>(it->second);
}

int64_t MemoryStore::Reusable(const AnswerKey& key) const {
  const auto exact = by_request_.find(key.k_req);
  if (exact != by_request_.end() && answers_.at(exact->second).answer.finish == "stop") return exact->second;
  const auto similar = by_ask_.find(key.k_ask);
  if (similar == by_ask_.end()) return 0;
  for (auto newest = similar->second.rbegin(); newest != similar->second.rend(); ++newest) {
    if (answers_.at(*newest).answer.finish == "stop") return *newest;
  }
  return 0;
}

void MemoryStore::Erase(int64_t answer) {
  const AnswerKey& key = answers_.at(answer).answer.key;
  by_request_.erase(key.k_req);
  by_ask_[key.k_ask].erase(answer);
  if (by_ask_[key.k_ask].empty()) by_ask_.erase(key.k_ask);
  answers_.erase(answer);
}

Result<std::vector<std::optional<StoredAnswer>>> MemoryStore::Get(std::span<const AnswerKey> keys) {
  MutexLock lock(mutex_);
  std::vector<std::optional<StoredAnswer>> out;
  const WallTime now = clock_.WallNow();
  for (const AnswerKey& key : keys) {
    const int64_t id = Reusable(key);
    out.emplace_back();
    if (id == 0) continue;
    Answer& found = answers_.at(id);
    out.back() = found.answer;
    if (now - found.used_at >= kUsedAtGrain) found.used_at = now;
  }
  return out;
}

Result<void> MemoryStore::Put(std::span<const StoredAnswer> answers) {
  MutexLock lock(mutex_);
  for (const StoredAnswer& answer : answers) {
    if (const auto old = by_request_.find(answer.key.k_req); old != by_request_.end()) Erase(old->second);
    const int64_t id = next_answer_++;
    by_request_[answer.key.k_req] = id;
    by_ask_[answer.key.k_ask].insert(id);
    answers_[id] = {answer, clock_.WallNow()};
  }
  return {};
}

Result<int64_t> MemoryStore::Evict(int64_t bytes_max, WallTime keep_since) {
  MutexLock lock(mutex_);
  int64_t bytes = 0;
  std::vector<std::pair<WallTime, int64_t>> oldest;
  for (const auto& [id, entry] : answers_) {
    bytes += AnswerBytes(entry.answer);
    if (entry.used_at < keep_since - kUsedAtGrain) oldest.emplace_back(entry.used_at, id);
  }
  std::sort(oldest.begin(), oldest.end());
  int64_t gone = 0;
  for (const auto& [used_at, id] : oldest) {
    if (bytes <= bytes_max) break;
    bytes -= AnswerBytes(answers_.at(id).answer);
    Erase(id);
    ++gone;
  }
  return gone;
}

Result<AnswerStats> MemoryStore::Stats() {
  MutexLock lock(mutex_);
  AnswerStats stats;
  for (const auto& [id, entry] : answers_) {
    ++stats.answers;
    stats.bytes += AnswerBytes(entry.answer);
  }
  return stats;
}

}  // namespace yk::store
