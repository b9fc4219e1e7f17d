// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "store/answer_store.h"
#include "store/job_rules.h"
#include "store/job_store.h"
#include "store/result_log.h"

namespace yk::store {

/// The three store seams in memory: the reference the others are compared with, and what tests run on. Everything is
/// recounted from the rows at each question, so it is obvious and not fast. One mutex; nothing is ever pruned.
class MemoryStore final : public JobStore, public ResultLog, public AnswerStore {
 public:
  explicit MemoryStore(const Clock& clock) : clock_(clock) {}

  Result<JobRecord> Create(const NewJob& job) override;
  Result<void> Enqueue(const Rows& rows) override;
  Result<std::vector<LeasedChunk>> Claim(const ClaimRequest& request) override;
  Result<std::vector<bool>> Extend(std::span<const std::pair<ChunkKey, LeaseId>> leases,
                                   std::chrono::milliseconds lease) override;
  Result<std::vector<CommitOutcome>> Commit(std::span<const ChunkCommit> commits) override;
  Result<void> Return(const ChunkKey& key, LeaseId lease, GiveBack why, std::chrono::milliseconds delay,
                      const Error* error) override;
  Result<bool> Finish(JobId job) override;
  Result<JobRecord> Act(JobId job, Control control) override;
  Result<RescueReport> Rescue(bool process_restarted) override;
  Result<JobRecord> Get(JobId job) override;
  Result<std::vector<JobRecord>> List(const JobFilter& filter) override;
  Result<std::vector<Ledger>> Count(JobId job) override;

  Result<std::vector<RowResult>> Read(JobId job, int stage, int64_t from, int64_t max) override;
  Result<std::vector<RowResult>> Scan(JobId job, int stage, int64_t from, int64_t max, bool errors_only) override;
  Result<std::string> Input(JobId job, int stage, int64_t row_id) override;
  Result<void> SaveCursor(JobId job, const std::string& sink, const DeliveryCursor& cursor) override;
  Result<std::optional<DeliveryCursor>> LoadCursor(JobId job, const std::string& sink) override;

  Result<std::vector<std::optional<StoredAnswer>>> Get(std::span<const AnswerKey> keys) override;
  Result<void> Put(std::span<const StoredAnswer> answers) override;
  Result<int64_t> Evict(int64_t bytes_max, WallTime keep_since) override;
  Result<AnswerStats> Stats() override;

 private:
  struct Row {
    std::string payload;
    std::optional<RowResult> result;
    int64_t retry_generation = 0;  ///< not 0: the result is an error that a retry chunk is about to replace
    bool Missing() const { return !result || retry_generation != 0; }
  };
  struct Stage {
    StageRecord record;
    std::vector<Row> rows;
    std::vector<ChunkRecord> chunks;  ///< index = seq
  };
  struct Job {
    JobRecord record;
    std::vector<Stage> stages;
    std::map<std::string, DeliveryCursor> cursors;
  };
  struct Answer {
    StoredAnswer answer;
    WallTime used_at;
  };

  int64_t NowMs() const;
  Job* Find(JobId job) YK_REQUIRES(mutex_);
  Stage* FindStage(JobId job, int stage) YK_REQUIRES(mutex_);
  Result<void> CheckAll(std::span<const ChunkCommit> commits) YK_REQUIRES(mutex_);
  ChunkRecord* Held(const ChunkKey& key, LeaseId lease) YK_REQUIRES(mutex_);
  bool Owes(const Stage& stage, const ChunkRecord& chunk, int64_t row) const;
  void Recount(const Stage& stage, ChunkRecord& chunk) const;
  void Fill(Stage& stage, ChunkRecord& chunk, RowStatus status, const std::string& meta, int64_t rows_max);
  void Lose(Job& job, ChunkRecord& chunk, bool crashed, const Error* error, int64_t ready_at, RescueReport* report);
  int64_t ScheduleRetry(Job& job);
  void CancelWaiting(Job& job);
  bool AllStagesDone(const Job& job) const;
  Ledger CountStage(const Job& job, const Stage& stage) const;
  void AddChunks(Job& job, int stage, const std::vector<RowRange>& ranges, int64_t retry_generation);
  int64_t Reusable(const AnswerKey& key) const YK_REQUIRES(mutex_);
  void Erase(int64_t answer) YK_REQUIRES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<JobId, Job> jobs_ YK_GUARDED_BY(mutex_);
  std::map<int64_t, Answer> answers_ YK_GUARDED_BY(mutex_);  ///< by order of writing
  std::map<Digest, int64_t> by_request_ YK_GUARDED_BY(mutex_);
  std::map<Digest, std::set<int64_t>> by_ask_ YK_GUARDED_BY(mutex_);
  int64_t next_answer_ YK_GUARDED_BY(mutex_) = 1;
};

}  // namespace yk::store
