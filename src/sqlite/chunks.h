// SPDX-License-Identifier: Apache-2.0
// Statements on chunks, leases and results. Each function runs inside the caller's transaction.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "sqlite/connection.h"
#include "sqlite/jobs.h"
#include "store/job_store.h"

namespace yk::sqlite {

Result<std::vector<store::LeasedChunk>> ClaimChunks(Connection& db, const store::ClaimRequest& request, Times now);
Result<std::vector<bool>> ExtendLeases(Connection& db,
                                       std::span<const std::pair<store::ChunkKey, store::LeaseId>> leases,
                                       int64_t deadline);
Result<std::vector<store::CommitOutcome>> CommitChunks(Connection& db, std::span<const store::ChunkCommit> commits,
                                                       Times now);

struct Returned {
  store::ChunkKey key;
  store::LeaseId lease;
  store::GiveBack why = store::GiveBack::kShutdown;
  int64_t ready_at = 0;
  const Error* error = nullptr;
};
Result<void> ReturnChunk(Connection& db, const Returned& returned);

/// Leases whose deadline passed.
Result<store::RescueReport> RescueExpired(Connection& db, Times now);
/// Every lease at once, without counting a loss.
Result<store::RescueReport> RescueAll(Connection& db);
/// Chunks that wait for their time are ready now: the clock they waited by ended with its process.
Result<void> EndSnoozes(Connection& db);
/// Every lease of one job, without counting a loss.
Result<void> ReleaseLeases(Connection& db, store::JobId job);

}  // namespace yk::sqlite
