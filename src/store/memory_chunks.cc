// SPDX-License-Identifier: Apache-2.0
// Leases and results of MemoryStore.
#include <algorithm>

#include "store/memory_store.h"

namespace yk::store {

bool MemoryStore::Owes(const Stage& stage, const ChunkRecord& chunk, int64_t row) const {
  const Row& r = stage.rows[static_cast<size_t>(row)];
  return chunk.retry_generation == 0 ? !r.result.has_value() : r.retry_generation == chunk.retry_generation;
}

void MemoryStore::Recount(const Stage& stage, ChunkRecord& chunk) const {
  chunk.missing = 0;
  for (int64_t row = chunk.row_from; row < chunk.row_to; ++row) chunk.missing += Owes(stage, chunk, row) ? 1 : 0;
}

void MemoryStore::Fill(Stage& stage, ChunkRecord& chunk, RowStatus status, const std::string& meta, int64_t rows_max) {
  for (int64_t row = chunk.row_from; row < chunk.row_to && rows_max > 0; ++row) {
    if (!Owes(stage, chunk, row)) continue;
    stage.rows[static_cast<size_t>(row)].result = RowResult{row, status, "", meta};
    stage.rows[static_cast<size_t>(row)].retry_generation = 0;
    --rows_max;
  }
  Recount(stage, chunk);
}

Result<std::vector<LeasedChunk>> MemoryStore::Claim(const ClaimRequest& request) {
  MutexLock lock(mutex_);
  Job* job = Find(request.job);
  if (job == nullptr) return NoSuchJob(request.job);
  YK_TRY_VOID(CheckClaim(job->record, request));
  std::vector<LeasedChunk> out;
  if (!Claimable(job->record.state)) return out;
  Stage& stage = job->stages[static_cast<size_t>(request.stage)];
  const int64_t now = NowMs();
  for (ChunkRecord& chunk : stage.chunks) {
    if (static_cast<int>(out.size()) == request.chunks_max) break;
    if (chunk.state != ChunkState::kReady || chunk.ready_at > now) continue;
    chunk.state = ChunkState::kLeased;
    chunk.lease = LeaseId{RandomId()};
    chunk.worker = request.worker;
    chunk.deadline = now + request.lease.count();
    LeasedChunk leased{chunk.key, chunk.lease, chunk.attempt, chunk.one_at_a_time, {}};
    for (int64_t row = chunk.row_from; row < chunk.row_to; ++row) {
      if (Owes(stage, chunk, row)) leased.rows.push_back({row, stage.rows[static_cast<size_t>(row)].payload});
    }
    out.push_back(std::move(leased));
  }
  return out;
}

ChunkRecord* MemoryStore::Held(const ChunkKey& key, LeaseId lease) {
  Stage* stage = FindStage(key.job, key.stage);
  if (stage == nullptr || key.seq < 0 || key.seq >= static_cast<int64_t>(stage->chunks.size())) return nullptr;
  ChunkRecord& chunk = stage->chunks[static_cast<size_t>(key.seq)];
  return chunk.lease == lease && lease.value != 0 ? &chunk : nullptr;
}

Result<std::vector<bool>> MemoryStore::Extend(std::span<const std::pair<ChunkKey, LeaseId>> leases,
                                              std::chrono::milliseconds lease) {
  MutexLock lock(mutex_);
  std::vector<bool> out;
  for (const auto& [key, id] : leases) {
    ChunkRecord* chunk = Held(key, id);
    const bool held = chunk != nullptr && chunk->state == ChunkState::kLeased;
    if (held) chunk->deadline = NowMs() + lease.count();
    out.push_back(held);
  }
  return out;
}

Result<void> MemoryStore::CheckAll(std::span<const ChunkCommit> commits) {
  // All checks come before the first change, because the call is one transaction; but they see the commits in order.
  std::map<ChunkKey, std::set<int64_t>> given;
  std::set<ChunkKey> done;
  for (const ChunkCommit& commit : commits) {
    const ChunkRecord* chunk = Held(commit.key, commit.lease);
    if (chunk == nullptr || chunk->state != ChunkState::kLeased || done.contains(commit.key)) continue;
    YK_TRY_VOID(CheckCommit(commit, chunk->row_from, chunk->row_to));
    for (const RowResult& result : commit.results) given[commit.key].insert(result.row_id);
    if (!commit.done) continue;
    const Stage& stage = *FindStage(commit.key.job, commit.key.stage);
    int64_t left = 0;
    for (int64_t row = chunk->row_from; row < chunk->row_to; ++row) {
      left += Owes(stage, *chunk, row) && !given[commit.key].contains(row) ? 1 : 0;
    }
    if (left > 0) return RowsLeft(commit, left);
    done.insert(commit.key);
  }
  return {};
}

Result<std::vector<CommitOutcome>> MemoryStore::Commit(std::span<const ChunkCommit> commits) {
  MutexLock lock(mutex_);
  YK_TRY_VOID(CheckAll(commits));
  std::vector<CommitOutcome> out;
  for (const ChunkCommit& commit : commits) {
    ChunkRecord* chunk = Held(commit.key, commit.lease);
    const bool known = chunk != nullptr && (chunk->state == ChunkState::kLeased || chunk->state == ChunkState::kDone);
    out.push_back(known ? CommitOutcome::kCommitted : CommitOutcome::kStale);
    if (!known || chunk->state == ChunkState::kDone) continue;
    Stage& stage = *FindStage(commit.key.job, commit.key.stage);
    for (const RowResult& result : commit.results) {
      if (!Owes(stage, *chunk, result.row_id)) continue;
      Row& row = stage.rows[static_cast<size_t>(result.row_id)];
      row.result = result;
      row.retry_generation = 0;
      CountProgress(*chunk);
    }
    Recount(stage, *chunk);
    chunk->deadline = commit.done ? 0 : NowMs() + commit.extend.count();
    if (commit.done) chunk->state = ChunkState::kDone;  // the lease stays: it proves whose commit this was
  }
  return out;
}

Result<void> MemoryStore::Return(const ChunkKey& key, LeaseId lease, GiveBack why, std::chrono::milliseconds delay,
                                 const Error* error) {
  MutexLock lock(mutex_);
  ChunkRecord* chunk = Held(key, lease);
  if (chunk == nullptr || chunk->state != ChunkState::kLeased) return {};
  const int64_t ready_at = delay.count() > 0 ? NowMs() + delay.count() : 0;
  if (why != GiveBack::kFailed) {
    Release(*chunk, ready_at);
    return {};
  }
  Lose(*Find(key.job), *chunk, false, error, ready_at, nullptr);
  return {};
}

void MemoryStore::Lose(Job& job, ChunkRecord& chunk, bool crashed, const Error* error, int64_t ready_at,
                       RescueReport* report) {
  Stage& stage = job.stages[static_cast<size_t>(chunk.key.stage)];
  if (chunk.missing > 0) {
    const int attempts = chunk.attempt + 1;
    switch (CountLoss(chunk, job.record.max_attempts, crashed)) {
      case LossEffect::kReady: break;
      case LossEffect::kQuarantineFirst:
        Fill(stage, chunk, RowStatus::kQuarantined, ErrorMeta(QuarantineError()), 1);
        if (report != nullptr) ++report->rows_quarantined;
        break;
      case LossEffect::kDead:
        Fill(stage, chunk, RowStatus::kFailed, ErrorMeta(GivenUpError(error, attempts)), chunk.missing);
        Release(chunk, 0);
        chunk.state = ChunkState::kDead;
        return;
    }
  }
  Release(chunk, ready_at);
}

Result<RescueReport> MemoryStore::Rescue(bool process_restarted) {
  MutexLock lock(mutex_);
  RescueReport report;
  const int64_t now = NowMs();
  for (auto& [id, job] : jobs_) {
    for (Stage& stage : job.stages) {
      for (ChunkRecord& chunk : stage.chunks) {
        if (chunk.state != ChunkState::kLeased || (!process_restarted && chunk.deadline >= now)) continue;
        ++report.leases_returned;
        if (process_restarted) {
          Release(chunk, 0);
        } else {
          Lose(job, chunk, true, nullptr, 0, &report);
        }
      }
    }
  }
  return report;
}

}  // namespace yk::store
