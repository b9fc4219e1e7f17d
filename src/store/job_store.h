// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/types.h"

namespace yk::store {

struct Rows {
  JobId job;
  int stage = 0;
  std::vector<InputRow> rows;  ///< contiguous, starting at the stage's current row count (a repeat of rows already
                               ///< enqueued is ignored, so a crashed load starts over safely)
  int chunk_rows = 64;
  bool last = false;           ///< closes the stage: the partial last chunk is cut; stage 0 also takes the job to running
};

struct ClaimRequest {
  JobId job;
  int stage = 0;
  WorkerId worker;
  int chunks_max = 1;
  std::chrono::milliseconds lease{120000};
};

struct LeasedChunk {
  ChunkKey key;
  LeaseId lease;
  int attempt = 0;             ///< lease losses without progress so far
  bool one_at_a_time = false;  ///< run its rows singly: this chunk lost three leases without progress
  std::vector<InputRow> rows;  ///< only those without a result that is final in this generation
};

struct ChunkCommit {
  ChunkKey key;
  LeaseId lease;
  std::vector<RowResult> results;
  bool done = false;      ///< every row of the chunk now has its result; refused (kInternal) when one lacks it
  std::string meta;       ///< JSON text, written once at completion
  std::chrono::milliseconds extend{120000};  ///< new lease time when not done
};

enum class CommitOutcome { kCommitted, kStale };

/// Why a lease is given back before its rows are done.
enum class GiveBack {
  kShutdown,  ///< orderly stop: no attempt is counted
  kSnooze,    ///< the endpoint asked to wait: no attempt is counted, not claimable before `delay`
  kFailed,    ///< counts one attempt; past the job's max_attempts the missing rows get `failed` results and the chunk is dead
};

enum class Control { kPause, kResume, kCancel, kRetryFailed, kFail };

struct RescueReport {
  int64_t leases_returned = 0;
  int64_t rows_quarantined = 0;
};

struct JobFilter {
  std::string tenant = "local";
  std::optional<std::string> name;
  bool open_only = false;
  int limit = 100;  ///< newest first
};

/// Durable jobs. Each call is one transaction, durable when it returns, safe from any thread; no exception leaves.
/// Time comes from the Clock the implementation was opened with. One conformance suite
/// (store/job_store_conformance.h) holds every implementation to these sentences.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Creates the job, or returns the one that has this idem_key. kConflict: that one has another spec_hash.
  virtual Result<JobRecord> Create(const NewJob& job) = 0;

  /// Appends rows to a stage and cuts them into chunks of `chunk_rows`. Workers can claim full chunks at once.
  virtual Result<void> Enqueue(const Rows& rows) = 0;

  /// Leases up to `chunks_max` ready chunks of a job in state loading or running; none when paused or nothing is ready.
  virtual Result<std::vector<LeasedChunk>> Claim(const ClaimRequest& request) = 0;

  /// Heartbeat: moves the deadline of leases that are still held; the answer says which ones (same order).
  virtual Result<std::vector<bool>> Extend(std::span<const std::pair<ChunkKey, LeaseId>> leases,
                                           std::chrono::milliseconds lease) = 0;

  /// Results, progress and ledger of several chunks in one transaction, each under its own lease. A stale chunk
  /// changes nothing and does not disturb the others. Committing the same chunk again under the same lease is
  /// kCommitted without effect, so an unknown commit may be repeated. At least one row committed sets `attempt` to 0.
  virtual Result<std::vector<CommitOutcome>> Commit(std::span<const ChunkCommit> commits) = 0;

  /// Ends a lease early. Stale leases are ignored.
  virtual Result<void> Return(const ChunkKey& key, LeaseId lease, GiveBack why, std::chrono::milliseconds delay,
                              const Error* error) = 0;

  /// Done when every stage is loaded and every chunk is done or dead; also cancelling -> cancelled once no lease is
  /// held. True: this call made the change.
  virtual Result<bool> Finish(JobId job) = 0;

  /// Pause, resume, cancel; retry of failed and quarantined rows in new chunks under a new generation (of the last
  /// stage reached; a done job runs again, and its delivery cursors are gone); fail. kConflict, with the state named, when the job's state forbids it.
  virtual Result<JobRecord> Act(JobId job, Control control) = 0;

  /// Returns leases whose deadline passed (counts an attempt). With `process_restarted`, all leases of earlier
  /// processes at once, which counts none.
  virtual Result<RescueReport> Rescue(bool process_restarted) = 0;

  virtual Result<JobRecord> Get(JobId job) = 0;
  virtual Result<std::vector<JobRecord>> List(const JobFilter& filter) = 0;

  /// One ledger per stage. kCorrupt when a sum does not balance.
  virtual Result<std::vector<Ledger>> Count(JobId job) = 0;
};

}  // namespace yk::store
