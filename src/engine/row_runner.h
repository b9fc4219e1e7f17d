// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/queue.h"
#include "engine/chunk_writer.h"
#include "engine/run_plan.h"

namespace yk::engine {

/// A claimed row that waits for a worker.
struct LeasedRow {
  store::ChunkKey key;
  store::LeaseId lease;
  store::InputRow input;
};

/// Loads claimed rows and takes them through the steps of one stage; every row ends in the writer by Add or Park.
/// Loading and the steps' own work run on `threads` threads named row-worker; what a step finishes later (a model's
/// answer) goes on where the step calls back.
class RowRunner {
 public:
  struct Options {
    int threads = 2;
    size_t rows_waiting_max = 8192;
    int64_t text_bytes_max = int64_t{256} << 20;  ///< text of rows on their way through the steps
  };
  /// Called once with the first parked row's reason, on any thread: the run should pause.
  using OnParked = std::function<void(const Error&)>;

  RowRunner(const pipeline::Source& source, ChunkWriter& writer, Options options, OnParked on_parked);
  ~RowRunner();

  /// The stage whose rows come next; the one before must have drained.
  void SetStage(const Stage& stage, bool from_source);

  void Start();

  /// Blocks while too many rows wait. False: not taken, because `stop` was requested.
  bool Submit(LeasedRow row, std::stop_token stop);

  /// From now on rows are parked instead of started: the run stops or pauses. Rows already asked still come back.
  void ParkRest(store::GiveBack why, Error reason);

  /// Returns when no row is inside, or `stop` was requested.
  void WaitIdle(std::stop_token stop);

  /// Returns when no row is inside and all threads have ended. Call ParkRest first unless everything is done.
  void Stop();

 private:
  struct Job;
  void Work();
  void Begin(LeasedRow row);
  Result<std::shared_ptr<Job>> Load(LeasedRow& row) const;
  void RunFrom(const std::shared_ptr<Job>& job, size_t step);
  static store::RowResult ResultOf(const pipeline::RowTask& task, const pipeline::StepOutcome& outcome);
  void Ended(const std::shared_ptr<Job>& job, pipeline::StepOutcome outcome);
  bool TakeText(int64_t bytes);
  void LeaveText(int64_t bytes);

  const pipeline::Source& source_;
  ChunkWriter& writer_;
  const Options options_;
  const OnParked on_parked_;
  const Stage* stage_ = nullptr;
  bool from_source_ = true;
  BoundedQueue<LeasedRow> queue_;

  Mutex mutex_;
  CondVar idle_;
  int64_t inside_ YK_GUARDED_BY(mutex_) = 0;
  int64_t text_bytes_ YK_GUARDED_BY(mutex_) = 0;
  bool told_ YK_GUARDED_BY(mutex_) = false;
  std::atomic<bool> parking_{false};
  store::GiveBack park_why_ YK_GUARDED_BY(mutex_) = store::GiveBack::kShutdown;
  Error park_reason_ YK_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;
};

}  // namespace yk::engine
