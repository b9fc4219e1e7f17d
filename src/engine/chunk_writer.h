// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "engine/progress.h"
#include "store/job_store.h"

namespace yk::engine {

/// Keeps the leases a run holds and commits finished rows: groups them (half a second or `rows_max`) into one
/// transaction over all chunks, extends leases by heartbeat, and forgets chunks whose lease was lost. One thread, named
/// store-writer.
class ChunkWriter {
 public:
  struct Options {
    std::chrono::milliseconds flush_every{500};
    size_t rows_max =
        2048;  ///< buffered rows that start a commit at once: many, because a commit also touches each of their chunks
    std::chrono::milliseconds lease{120000};
  };
  /// `on_fatal` is called once, on the writer's thread, when the store refuses a commit: the run must stop.
  ChunkWriter(store::JobStore& store, const Clock& clock, Progress& progress, Options options,
              std::function<void(Error)> on_fatal);
  ~ChunkWriter();

  void Start();

  /// Takes over a claimed chunk; its rows will arrive by Add, GiveBack or Abandon. A chunk without rows is done at
  /// once.
  void Hold(const store::LeasedChunk& chunk);

  /// A row's one result.
  void Add(const store::ChunkKey& key, store::LeaseId lease, store::RowResult result);

  /// A row that has no result and goes back with its chunk once the chunk's other rows are in.
  void Park(const store::ChunkKey& key, store::LeaseId lease, store::GiveBack why, const Error& error);

  /// Commits what is there now and returns after it.
  void FlushNow();

  /// Rows of held chunks that have neither result nor parked.
  int64_t open_rows() const;

  /// Commits what is there, gives back every lease, stops the thread. Idempotent.
  void Stop();

 private:
  struct Held {
    store::LeaseId lease;
    int64_t open = 0;
    std::vector<store::RowResult> ready;
    bool parked = false;
    store::GiveBack why = store::GiveBack::kShutdown;
    Error reason;
  };

  void Loop(std::stop_token stop);
  void Flush() YK_EXCLUDES(mutex_);
  void Heartbeat();
  void Committed(const store::ChunkCommit& commit, store::CommitOutcome outcome);
  void ReturnLease(const store::ChunkKey& key, const Held& held);

  store::JobStore& store_;
  const Clock& clock_;
  Progress& progress_;
  const Options options_;
  const std::function<void(Error)> on_fatal_;

  Mutex flush_mutex_;  ///< one commit at a time; taken before mutex_
  mutable Mutex mutex_;
  CondVar wake_;
  std::map<store::ChunkKey, Held> held_ YK_GUARDED_BY(mutex_);
  size_t buffered_ YK_GUARDED_BY(mutex_) = 0;
  int64_t open_rows_ YK_GUARDED_BY(mutex_) = 0;
  bool urgent_ YK_GUARDED_BY(mutex_) = false;
  std::atomic<bool> failed_{false};
  MonoTime next_heartbeat_{};
  std::jthread thread_;
};

}  // namespace yk::engine
