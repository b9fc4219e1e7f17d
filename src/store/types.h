// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"

namespace yk::store {

using JobId = Id<struct JobIdTag>;        ///< 41 bits of milliseconds + 22 random bits: sorts by creation
using LeaseId = Id<struct LeaseIdTag>;    ///< random, never 0; the fencing token
using WorkerId = Id<struct WorkerIdTag>;  ///< random; one per worker per process

/// Values are stored: never renumber.
enum class JobState : int { kLoading = 0, kRunning = 1, kPaused = 2, kCancelling = 3, kDone = 4, kCancelled = 5, kFailed = 6 };

/// The one outcome of a row. Values are stored: never renumber.
enum class RowStatus : int {
  kOk = 0,
  kNullByPolicy = 1,  ///< nothing to say about this row, and the spec allows that
  kFiltered = 2,      ///< a filter step dropped it
  kFailed = 3,        ///< could not be read or asked
  kQuarantined = 4,   ///< answered but never valid, or crashed the engine twice
};

std::string_view JobStateName(JobState state);    ///< "loading", "running", …
std::string_view RowStatusName(RowStatus status);  ///< "ok", "null_by_policy", …
inline bool IsFinal(JobState state) { return state >= JobState::kDone; }
inline bool IsError(RowStatus status) { return status == RowStatus::kFailed || status == RowStatus::kQuarantined; }

struct NewJob {
  std::string tenant = "local";
  std::string name;
  std::string idem_key;   ///< unique per tenant: hash(name, spec, input manifest, run number)
  std::string kind = "run";
  std::string spec;       ///< the spec as JSON text, enough to resume without the job file
  std::string spec_hash;
  int stages = 1;         ///< 1 + number of barrier steps
  int priority = 100;
  int max_attempts = 5;   ///< lease losses without progress before a chunk is dead
};

struct JobRecord {
  JobId id;
  std::string tenant, name, idem_key, kind, spec, spec_hash;
  JobState state = JobState::kLoading;
  bool pause_requested = false;
  int stages = 1;
  int64_t generation = 0;  ///< grows with each `retry`
  int priority = 100;
  int max_attempts = 5;
  int64_t rows_total = 0;  ///< rows of stage 0 enqueued so far
  WallTime created_at{};
  WallTime finished_at{};  ///< epoch 0 while open
};

/// Contiguous rows of one stage of one job; the unit of lease, retry and progress.
struct ChunkKey {
  JobId job;
  int stage = 0;
  int64_t seq = 0;
  friend auto operator<=>(const ChunkKey&, const ChunkKey&) = default;
};

struct InputRow {
  int64_t row_id = 0;   ///< 0, 1, 2 … without gaps within a stage
  std::string payload;  ///< opaque to the store; JSON text written by the source
};

struct RowResult {
  int64_t row_id = 0;
  RowStatus status = RowStatus::kOk;
  std::string output;  ///< JSON text of the row as sinks see it; empty for rows without values
  std::string meta;    ///< JSON text: error, model calls, tokens, coercions; may be empty
};

/// The ledger of one stage. Invariant at every commit:
/// rows = ok + null_by_policy + filtered + failed + quarantined + pending + leased + cancelled.
struct Ledger {
  int64_t rows = 0, ok = 0, null_by_policy = 0, filtered = 0, failed = 0, quarantined = 0;
  int64_t pending = 0, leased = 0, cancelled = 0;
  bool loaded = false;  ///< no more rows will be enqueued in this stage
  int64_t Sum() const { return ok + null_by_policy + filtered + failed + quarantined + pending + leased + cancelled; }
  bool Balanced() const { return rows == Sum(); }
};

}  // namespace yk::store
