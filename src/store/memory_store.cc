// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include <algorithm>

namespace yk::store {

int64_t MemoryStore::NowMs() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Now().time_since_epoch()).count();
}

MemoryStore::Job* MemoryStore::Find(JobId job) {
  const auto it = jobs_.find(job);
  return it == jobs_.end() ? nullptr : &it->second;
}

MemoryStore::Stage* MemoryStore::FindStage(JobId job, int stage) {
  Job* found = Find(job);
  if (found == nullptr || stage < 0 || stage >= found->record.stages) return nullptr;
  return &found->stages[static_cast<size_t>(stage)];
}

Result<JobRecord> MemoryStore::Create(const NewJob& job) {
  YK_TRY_VOID(CheckNewJob(job));
  MutexLock lock(mutex_);
  for (const auto& [id, old] : jobs_) {
    if (old.record.tenant != job.tenant || old.record.idem_key != job.idem_key) continue;
    if (old.record.spec_hash == job.spec_hash) return old.record;
    return Fail(Code::kConflict, "job {} ({}) has the same identity but another spec", id.value, old.record.name);
  }
  const JobId last = jobs_.empty() ? JobId{} : jobs_.rbegin()->first;
  Job fresh;
  fresh.record = {.id = NextJobId(clock_.WallNow(), last),
                  .tenant = job.tenant,
                  .name = job.name,
                  .idem_key = job.idem_key,
                  .kind = job.kind,
                  .spec = job.spec,
                  .spec_hash = job.spec_hash,
                  .stages = job.stages,
                  .priority = job.priority,
                  .max_attempts = job.max_attempts,
                  .created_at = clock_.WallNow()};
  fresh.stages.resize(static_cast<size_t>(job.stages));
  const JobRecord record = fresh.record;
  jobs_.emplace(record.id, std::move(fresh));
  return record;
}

Result<void> MemoryStore::Enqueue(const Rows& rows) {
  MutexLock lock(mutex_);
  Job* job = Find(rows.job);
  if (job == nullptr) return NoSuchJob(rows.job);
  YK_TRY_VOID(CheckStage(job->record, rows.stage));
  Stage& stage = job->stages[static_cast<size_t>(rows.stage)];
  YK_TRY(const size_t skip, PlanEnqueue(job->record, stage.record, rows));
  for (size_t i = skip; i < rows.rows.size(); ++i) stage.rows.push_back({rows.rows[i].payload, {}, 0});
  stage.record.rows = static_cast<int64_t>(stage.rows.size());
  stage.record.chunk_rows = rows.chunk_rows;
  stage.record.loaded = stage.record.loaded || rows.last;
  AddChunks(*job, rows.stage, CutChunks(stage.record), 0);
  if (rows.stage == 0) {
    job->record.rows_total = stage.record.rows;
    if (stage.record.loaded && job->record.state == JobState::kLoading) job->record.state = JobState::kRunning;
  }
  return {};
}

void MemoryStore::AddChunks(Job& job, int stage, const std::vector<RowRange>& ranges, int64_t retry_generation) {
  Stage& target = job.stages[static_cast<size_t>(stage)];
  for (const RowRange& range : ranges) {
    ChunkRecord chunk;
    chunk.key = {job.record.id, stage, target.record.next_seq++};
    chunk.row_from = range.from;
    chunk.row_to = range.to;
    chunk.missing = range.rows;
    chunk.retry_generation = retry_generation;
    target.chunks.push_back(chunk);
  }
}

Result<bool> MemoryStore::Finish(JobId id) {
  MutexLock lock(mutex_);
  Job* job = Find(id);
  if (job == nullptr) return NoSuchJob(id);
  if (job->record.state == JobState::kCancelling) {
    for (const Stage& stage : job->stages) {
      for (const ChunkRecord& chunk : stage.chunks) {
        if (chunk.state == ChunkState::kLeased) return false;
      }
    }
    CancelWaiting(*job);
    job->record.state = JobState::kCancelled;
  } else if (job->record.state == JobState::kRunning && AllStagesDone(*job)) {
    job->record.state = JobState::kDone;
  } else {
    return false;
  }
  job->record.finished_at = clock_.WallNow();
  return true;
}

bool MemoryStore::AllStagesDone(const Job& job) const {
  return std::all_of(job.stages.begin(), job.stages.end(), [](const Stage& stage) {
    return stage.record.loaded && std::all_of(stage.chunks.begin(), stage.chunks.end(), [](const ChunkRecord& chunk) {
             return chunk.state == ChunkState::kDone || chunk.state == ChunkState::kDead;
           });
  });
}

void MemoryStore::CancelWaiting(Job& job) {
  for (Stage& stage : job.stages) {
    for (ChunkRecord& chunk : stage.chunks) {
      if (chunk.state != ChunkState::kReady) continue;
      chunk.state = ChunkState::kCancelled;
      if (chunk.retry_generation == 0) continue;
      // Rows whose retry never ran keep the error they had.
      for (int64_t row = chunk.row_from; row < chunk.row_to; ++row) {
        if (Owes(stage, chunk, row)) stage.rows[static_cast<size_t>(row)].retry_generation = 0;
      }
      chunk.missing = 0;
    }
  }
}

Result<JobRecord> MemoryStore::Act(JobId id, Control control) {
  MutexLock lock(mutex_);
  Job* job = Find(id);
  if (job == nullptr) return NoSuchJob(id);
  JobRecord& record = job->record;
  YK_TRY(std::optional<JobState> next, Transition(record, control, job->stages.front().record.loaded));
  if (control == Control::kRetryFailed) {
    const bool revive = record.state == JobState::kFailed;
    if (ScheduleRetry(*job) == 0 && !revive) next.reset();
    job->cursors.clear();
  }
  if (control == Control::kFail) {
    for (Stage& stage : job->stages) {
      for (ChunkRecord& chunk : stage.chunks) {
        if (chunk.state == ChunkState::kLeased) Release(chunk, 0);
      }
    }
  }
  if (next) {
    record.state = *next;
    record.pause_requested = *next == JobState::kPaused;
    record.finished_at = IsFinal(*next) ? clock_.WallNow() : WallTime{};
  }
  return record;
}

int64_t MemoryStore::ScheduleRetry(Job& job) {
  size_t last = job.stages.size() - 1;
  while (last > 0 && job.stages[last].rows.empty()) --last;
  Stage& stage = job.stages[last];
  std::vector<int64_t> failed;
  for (size_t i = 0; i < stage.rows.size(); ++i) {
    const Row& row = stage.rows[i];
    if (row.result && row.retry_generation == 0 && IsError(row.result->status))
      failed.push_back(static_cast<int64_t>(i));
  }
  if (failed.empty()) return 0;
  const int64_t generation = ++job.record.generation;
  for (const int64_t row : failed) stage.rows[static_cast<size_t>(row)].retry_generation = generation;
  AddChunks(job, static_cast<int>(last), CutRetry(failed, stage.record.chunk_rows), generation);
  return static_cast<int64_t>(failed.size());
}

Result<JobRecord> MemoryStore::Get(JobId id) {
  MutexLock lock(mutex_);
  const Job* job = Find(id);
  if (job == nullptr) return NoSuchJob(id);
  return job->record;
}

Result<std::vector<JobRecord>> MemoryStore::List(const JobFilter& filter) {
  MutexLock lock(mutex_);
  std::vector<JobRecord> out;
  for (auto it = jobs_.rbegin(); it != jobs_.rend() && static_cast<int>(out.size()) < filter.limit; ++it) {
    const JobRecord& record = it->second.record;
    if (record.tenant != filter.tenant || (filter.name && record.name != *filter.name)) continue;
    if (filter.open_only && IsFinal(record.state)) continue;
    out.push_back(record);
  }
  return out;
}

Result<std::vector<Ledger>> MemoryStore::Count(JobId id) {
  MutexLock lock(mutex_);
  const Job* job = Find(id);
  if (job == nullptr) return NoSuchJob(id);
  std::vector<Ledger> out;
  for (const Stage& stage : job->stages) out.push_back(CountStage(*job, stage));
  for (size_t i = 0; i < out.size(); ++i) {
    if (!out[i].Balanced())
      return Fail(Code::kCorrupt, "stage {} of job {} holds {} rows but accounts for {}", i, id.value, out[i].rows,
                  out[i].Sum());
  }
  return out;
}

Ledger MemoryStore::CountStage(const Job& job, const Stage& stage) const {
  Ledger ledger;
  ledger.rows = stage.record.rows;
  ledger.loaded = stage.record.loaded;
  int64_t* const by_status[] = {&ledger.ok, &ledger.null_by_policy, &ledger.filtered, &ledger.failed,
                                &ledger.quarantined};
  for (const Row& row : stage.rows) {
    if (!row.Missing()) ++*by_status[static_cast<int>(row.result->status)];
  }
  for (const ChunkRecord& chunk : stage.chunks) {
    int64_t owed = 0;
    for (int64_t row = chunk.row_from; row < chunk.row_to; ++row) owed += Owes(stage, chunk, row) ? 1 : 0;
    if (chunk.state == ChunkState::kReady) ledger.pending += owed;
    if (chunk.state == ChunkState::kLeased) ledger.leased += owed;
    if (chunk.state == ChunkState::kCancelled) ledger.cancelled += owed;
  }
  const int64_t uncut = stage.record.rows - stage.record.cut_to;
  (job.record.state == JobState::kCancelled ? ledger.cancelled : ledger.pending) += uncut;
  return ledger;
}

}  // namespace yk::store
