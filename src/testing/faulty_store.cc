// SPDX-License-Identifier: Apache-2.0
#include "testing/faulty_store.h"

#include <unistd.h>

namespace yk::testing {

template <typename F>
auto FaultyStore::Guard(F call) -> decltype(call()) {
  const int64_t n = ++calls_;
  const bool hit = n == plan_.at || (plan_.every > 0 && n > plan_.at && (n - plan_.at) % plan_.every == 0);
  const Fault fault = hit ? plan_.fault : Fault::kNone;
  if (fault == Fault::kFailBefore) return Fail(plan_.error);
  // _exit runs no destructor and flushes nothing: for the store it is a kill.
  if (fault == Fault::kExitBefore) ::_exit(kExitStatus);
  auto result = call();
  if (fault == Fault::kExitAfter) ::_exit(kExitStatus);
  if (fault == Fault::kFailAfter) return Fail(plan_.error);
  return result;
}

Result<store::JobRecord> FaultyStore::Create(const store::NewJob& job) {
  return Guard([&] { return inner_.jobs.Create(job); });
}
Result<void> FaultyStore::Enqueue(const store::Rows& rows) {
  return Guard([&] { return inner_.jobs.Enqueue(rows); });
}
Result<std::vector<store::LeasedChunk>> FaultyStore::Claim(const store::ClaimRequest& request) {
  auto leases = Guard([&] { return inner_.jobs.Claim(request); });
  if (plan_.fence_off && leases) {
    MutexLock lock(mutex_);
    for (const store::LeasedChunk& lease : *leases) newest_[lease.key] = lease.lease;
  }
  return leases;
}
Result<std::vector<bool>> FaultyStore::Extend(std::span<const std::pair<store::ChunkKey, store::LeaseId>> leases,
                                              std::chrono::milliseconds lease) {
  return Guard([&] { return inner_.jobs.Extend(leases, lease); });
}
Result<std::vector<store::CommitOutcome>> FaultyStore::Commit(std::span<const store::ChunkCommit> commits) {
  if (!plan_.fence_off) return Guard([&] { return inner_.jobs.Commit(commits); });
  const auto unfenced = Unfenced(commits);
  return Guard([&] { return inner_.jobs.Commit(unfenced); });
}
std::vector<store::ChunkCommit> FaultyStore::Unfenced(std::span<const store::ChunkCommit> commits) {
  std::vector<store::ChunkCommit> out(commits.begin(), commits.end());
  MutexLock lock(mutex_);
  for (store::ChunkCommit& commit : out) {
    if (const auto newest = newest_.find(commit.key); newest != newest_.end()) commit.lease = newest->second;
  }
  return out;
}

Result<void> FaultyStore::Return(const store::ChunkKey& key, store::LeaseId lease, store::GiveBack why,
                                 std::chrono::milliseconds delay, const Error* error) {
  return Guard([&] { return inner_.jobs.Return(key, lease, why, delay, error); });
}
Result<bool> FaultyStore::Finish(store::JobId job) {
  return Guard([&] { return inner_.jobs.Finish(job); });
}
Result<store::JobRecord> FaultyStore::Act(store::JobId job, store::Control control) {
  return Guard([&] { return inner_.jobs.Act(job, control); });
}
Result<store::RescueReport> FaultyStore::Rescue(bool process_restarted) {
  return Guard([&] { return inner_.jobs.Rescue(process_restarted); });
}
Result<store::JobRecord> FaultyStore::Get(store::JobId job) {
  return Guard([&] { return inner_.jobs.Get(job); });
}
Result<std::vector<store::JobRecord>> FaultyStore::List(const store::JobFilter& filter) {
  return Guard([&] { return inner_.jobs.List(filter); });
}
Result<std::vector<store::Ledger>> FaultyStore::Count(store::JobId job) {
  return Guard([&] { return inner_.jobs.Count(job); });
}
Result<std::vector<store::RowResult>> FaultyStore::Read(store::JobId job, int stage, int64_t from, int64_t max) {
  return Guard([&] { return inner_.log.Read(job, stage, from, max); });
}
Result<std::vector<store::RowResult>> FaultyStore::Scan(store::JobId job, int stage, int64_t from, int64_t max,
                                                        bool errors_only) {
  return Guard([&] { return inner_.log.Scan(job, stage, from, max, errors_only); });
}
Result<std::string> FaultyStore::Input(store::JobId job, int stage, int64_t row_id) {
  return Guard([&] { return inner_.log.Input(job, stage, row_id); });
}
Result<void> FaultyStore::SaveCursor(store::JobId job, const std::string& sink, const store::DeliveryCursor& cursor) {
  return Guard([&] { return inner_.log.SaveCursor(job, sink, cursor); });
}
Result<std::optional<store::DeliveryCursor>> FaultyStore::LoadCursor(store::JobId job, const std::string& sink) {
  return Guard([&] { return inner_.log.LoadCursor(job, sink); });
}
Result<std::vector<std::optional<store::StoredAnswer>>> FaultyStore::Get(std::span<const store::AnswerKey> keys) {
  return Guard([&] { return inner_.answers.Get(keys); });
}
Result<void> FaultyStore::Put(std::span<const store::StoredAnswer> answers) {
  return Guard([&] { return inner_.answers.Put(answers); });
}
Result<int64_t> FaultyStore::Evict(int64_t bytes_max, WallTime keep_since) {
  return Guard([&] { return inner_.answers.Evict(bytes_max, keep_since); });
}
Result<store::AnswerStats> FaultyStore::Stats() {
  return Guard([&] { return inner_.answers.Stats(); });
}

}  // namespace yk::testing
