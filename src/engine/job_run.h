// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "engine/chunk_writer.h"
#include "engine/delivery.h"
#include "engine/progress.h"
#include "engine/row_runner.h"
#include "engine/run_plan.h"
#include "store/job_store.h"
#include "store/result_log.h"

namespace yk::engine {

struct RunOptions {
  int threads = 2;             ///< row workers
  int64_t rows_window = 4096;  ///< rows claimed and not yet committed; memory grows with this, not with the input
  bool deliver_anew = true;    ///< sinks start from row 0: a new job, or one whose rows are retried
  std::chrono::milliseconds lease{120000};
};

enum class RunEnd { kFinished, kPaused, kCancelled, kInterrupted };

struct RunReport {
  RunEnd end = RunEnd::kFinished;
  std::string reason;                  ///< why it paused
  std::vector<store::Ledger> ledgers;  ///< one per stage
};

/// Takes one job from where it stands to its end: loads, claims, runs, commits, delivers. Use once.
class JobRun {
 public:
  struct Stores {
    store::JobStore& jobs;
    store::ResultLog& results;
  };
  /// `cancel_models` makes every open question come back at once (parked), so that a stop does not wait for them.
  /// `summary` gives the job's summary for sinks that print one.
  struct Hooks {
    std::function<void()> cancel_models;
    std::function<Json(const std::vector<store::Ledger>&)> summary;
  };
  JobRun(RunPlan& plan, store::JobRecord job, Stores stores, const Clock& clock, RunOptions options, Hooks hooks);
  ~JobRun();

  /// Blocks until the job is at its end, paused, cancelled, or `stop` was requested. An Error is fatal for the run
  /// (store or sink cannot be written); what was committed before is kept and the job can be resumed.
  Result<RunReport> Run(std::stop_token stop);

  const Progress& progress() const { return progress_; }

  /// The run is on its way out and takes no row up any more. Any thread.
  bool ending() const { return ending_ || wish() != Wish::kGoOn; }

 private:
  enum class Wish { kGoOn, kPause, kCancel, kInterrupt, kFatal };

  Result<void> RunStages();
  void StartLoader();
  void StartWatch();
  Result<void> Load(std::stop_token stop);
  Result<void> CrossBarrier(size_t stage);
  Result<void> FeedBarrier(size_t stage);
  Result<void> EnqueueUnlessEnding(const store::Rows& rows);
  Result<pipeline::StageRow> ToStageRow(store::RowResult result, int stage);
  Result<bool> StageDone(size_t stage);
  Result<void> RunStage(size_t stage);
  Result<int> ClaimSome(size_t stage);
  void RunSingly(const store::LeasedChunk& chunk);
  /// Follows pause and cancel from outside. True: the run should end. Any thread.
  bool ObserveState();
  void Want(Wish wish, std::string reason);
  void FailWith(Error error);
  Wish wish() const { return wish_.load(); }
  Result<void> Finish();
  Result<RunReport> WindDown(Result<void> ran);

  RunPlan& plan_;
  store::JobRecord job_;
  Stores stores_;
  const Clock& clock_;
  const RunOptions options_;
  Hooks hooks_;
  const store::WorkerId worker_;

  Progress progress_;
  std::atomic<Wish> wish_{Wish::kGoOn};
  std::atomic<bool> ending_{false};
  std::stop_source halt_;  ///< requested with the first wish: wakes whoever waits for room
  std::atomic<bool> loaded_{false};
  mutable Mutex mutex_;
  std::string reason_ YK_GUARDED_BY(mutex_);
  std::optional<Error> fatal_ YK_GUARDED_BY(mutex_);

  ChunkWriter writer_;
  RowRunner runner_;
  Delivery delivery_;
  std::jthread loader_;
  std::jthread watch_;
};

}  // namespace yk::engine
