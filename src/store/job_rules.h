// SPDX-License-Identifier: Apache-2.0
// The rules of jobs, chunks and leases that every store follows, free of storage. Numbers and reasons are in the
// comments; store/job_store_conformance.h holds the implementations to them.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/answer_store.h"
#include "store/job_store.h"
#include "store/types.h"

namespace yk::store {

/// Values are stored: never renumber.
enum class ChunkState : int { kReady = 0, kLeased = 1, kDone = 2, kDead = 3, kCancelled = 4 };

/// After this many lease losses without progress a chunk's rows run one at a time, until the chunk is done.
inline constexpr int kLossesBeforeSingle = 3;
/// Then this many further losses with the same row in flight (the lowest one missing) quarantine that row alone.
inline constexpr int kLossesBeforeQuarantine = 2;

/// What a chunk is apart from its rows. Times are milliseconds of the monotonic clock: a lease means nothing outside
/// the process that gave it, and a wall clock that jumps must not end one.
struct ChunkRecord {
  ChunkKey key;
  int64_t row_from = 0, row_to = 0;
  int64_t missing = 0;           ///< rows it still owes a result for
  int64_t retry_generation = 0;  ///< 0: owes rows without a result. Else: rows in its range marked for this retry
  ChunkState state = ChunkState::kReady;
  int64_t ready_at = 0;  ///< not claimable before
  int attempt = 0;
  bool one_at_a_time = false;
  int single_losses = 0;
  LeaseId lease;
  WorkerId worker;
  int64_t deadline = 0;
};

enum class LossEffect {
  kReady,            ///< back in line
  kQuarantineFirst,  ///< the lowest missing row gets a `quarantined` result, the rest goes back in line
  kDead,             ///< every missing row gets a `failed` result
};

/// Counts a lost lease (`crashed`: its deadline passed) or a failed one (given back) and says what follows.
LossEffect CountLoss(ChunkRecord& chunk, int max_attempts, bool crashed);

/// At least one row got its result: the losses so far say nothing about the rest.
void CountProgress(ChunkRecord& chunk);

/// Ends the lease. A chunk that owes no row any more is done, else it waits until `ready_at`.
void Release(ChunkRecord& chunk, int64_t ready_at);

/// How far a stage is loaded.
struct StageRecord {
  int64_t rows = 0;
  int64_t cut_to = 0;  ///< rows below are in chunks
  int64_t next_seq = 0;
  int chunk_rows = 64;
  bool loaded = false;
};

/// How many of the rows at the front are repeats to be skipped, or why the stage does not take these rows.
Result<size_t> PlanEnqueue(const JobRecord& job, const StageRecord& stage, const Rows& rows);

struct RowRange {
  int64_t from = 0, to = 0;
  int64_t rows = 0;  ///< fewer than to - from where a retry leaves rows out
};
/// Ranges of new chunks over the rows not cut yet; the partial last one only when the stage is loaded.
std::vector<RowRange> CutChunks(StageRecord& stage);
/// Ranges over the rows (ascending) to be asked again, `chunk_rows` rows each.
std::vector<RowRange> CutRetry(std::span<const int64_t> row_ids, int chunk_rows);

/// The state after `control`; empty when the job is there already. kConflict names the state that forbids it.
Result<std::optional<JobState>> Transition(const JobRecord& job, Control control, bool loaded);

/// 41 bits of milliseconds, 22 random bits, and above every earlier id.
JobId NextJobId(WallTime now, JobId last);

/// kInvalid or kNotFound when the request cannot be meant.
Result<void> CheckNewJob(const NewJob& job);
Result<void> CheckStage(const JobRecord& job, int stage);
Result<void> CheckClaim(const JobRecord& job, const ClaimRequest& request);
/// kInternal when a result lies outside the chunk or has an unknown status.
Result<void> CheckCommit(const ChunkCommit& commit, int64_t row_from, int64_t row_to);
Failure RowsLeft(const ChunkCommit& commit, int64_t missing);
Failure NoSuchJob(JobId job);

/// `meta` of a row the store itself gives up: {"error":{"code":…,"message":…}}.
std::string ErrorMeta(const Error& error);
Error QuarantineError();
Error GivenUpError(const Error* cause, int attempts);

inline bool Claimable(JobState state) { return state == JobState::kLoading || state == JobState::kRunning; }

/// What an answer takes of the cache's budget: its text and what a row and its keys cost beside it.
inline int64_t AnswerBytes(const StoredAnswer& answer) {
  return static_cast<int64_t>(answer.body.size() + answer.doubts.size()) + 256;
}
/// `used_at` is only rewritten when it is older than this, so that cache hits cost no write; eviction allows for it.
inline constexpr std::chrono::milliseconds kUsedAtGrain = std::chrono::hours(24);

}  // namespace yk::store
