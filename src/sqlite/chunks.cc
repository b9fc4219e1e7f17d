// SPDX-License-Identifier: Apache-2.0
#include "sqlite/chunks.h"

#include "sqlite/chunk_rows.h"
#include "sqlite/ledger.h"
#include "store/job_rules.h"

namespace yk::sqlite {

using store::ChunkCommit;
using store::ChunkKey;
using store::ChunkRecord;
using store::ChunkState;
using store::CommitOutcome;
using store::LeasedChunk;
using store::LeaseId;
using store::RescueReport;
using store::RowStatus;

namespace {

#define YK_CHUNK_COLUMNS                                                                                      \
  "job_id, stage, seq, row_from, row_to, missing, retry_generation, state, ready_at, attempt, one_at_a_time," \
  " single_losses, lease_id, worker_id, deadline_at"

ChunkRecord ReadChunk(const Query& q) {
  ChunkRecord c;
  c.key = {store::JobId{q.Int(0)}, static_cast<int>(q.Int(1)), q.Int(2)};
  c.row_from = q.Int(3);
  c.row_to = q.Int(4);
  c.missing = q.Int(5);
  c.retry_generation = q.Int(6);
  c.state = static_cast<ChunkState>(q.Int(7));
  c.ready_at = q.Int(8);
  c.attempt = static_cast<int>(q.Int(9));
  c.one_at_a_time = q.Int(10) != 0;
  c.single_losses = static_cast<int>(q.Int(11));
  c.lease = LeaseId{q.Int(12)};
  c.worker = store::WorkerId{q.Int(13)};
  c.deadline = q.Int(14);
  return c;
}

Result<std::vector<ChunkRecord>> ReadChunks(Query& q) {
  std::vector<ChunkRecord> out;
  while (true) {
    YK_TRY(const bool more, q.Step());
    if (!more) return out;
    out.push_back(ReadChunk(q));
  }
}

/// The chunk, when it exists and was last leased under this lease.
Result<std::optional<ChunkRecord>> LoadHeld(Connection& db, const ChunkKey& key, LeaseId lease) {
  Query q(db, "SELECT " YK_CHUNK_COLUMNS " FROM chunks WHERE job_id=?1 AND stage=?2 AND seq=?3 AND lease_id=?4");
  if (lease.value == 0) return std::optional<ChunkRecord>();
  YK_TRY(const bool row, q.Bind(key.job.value, key.stage, key.seq, lease.value).Step());
  if (!row) return std::optional<ChunkRecord>();
  return std::optional<ChunkRecord>(ReadChunk(q));
}

Result<void> SaveChunk(Connection& db, const ChunkRecord& c) {
  Query q(db,
          "UPDATE chunks SET missing=?4, state=?5, ready_at=?6, attempt=?7, one_at_a_time=?8, single_losses=?9,"
          " lease_id=?10, worker_id=?11, deadline_at=?12 WHERE job_id=?1 AND stage=?2 AND seq=?3");
  return q
      .Bind(c.key.job.value, c.key.stage, c.key.seq, c.missing, static_cast<int>(c.state), c.ready_at, c.attempt,
            c.one_at_a_time, c.single_losses, c.lease.value, c.worker.value, c.deadline)
      .Run();
}

/// Ends a lease: the rows still missing go from leased to pending.
Result<void> ReleaseChunk(Connection& db, ChunkRecord& chunk, int64_t ready_at) {
  store::Release(chunk, ready_at);
  YK_TRY_VOID(SaveChunk(db, chunk));
  if (chunk.missing == 0) return {};
  return ApplyDelta(db, chunk.key.job, chunk.key.stage, {.pending = chunk.missing, .leased = -chunk.missing});
}

/// Gives up to `rows_max` missing rows of a leased chunk a result of the store's own.
Result<void> FillChunk(Connection& db, ChunkRecord& chunk, const Fill& fill) {
  YK_TRY(const int64_t filled, FillMissing(db, chunk, fill));
  chunk.missing -= filled;
  LedgerDelta delta{.leased = -filled};
  delta.Take(fill.status, filled);
  return ApplyDelta(db, chunk.key.job, chunk.key.stage, delta);
}

struct Loss {
  bool crashed = false;
  const Error* error = nullptr;
  int64_t ready_at = 0;
};

Result<int64_t> MaxAttempts(Connection& db, store::JobId job) {
  Query q(db, "SELECT max_attempts FROM jobs WHERE id=?1");
  YK_TRY(const bool row, q.Bind(job.value).Step());
  return row ? q.Int(0) : 1;
}

/// Counts a lost lease and does what follows from it. Returns the rows quarantined.
Result<int64_t> LoseChunk(Connection& db, ChunkRecord& chunk, const Loss& loss) {
  int64_t quarantined = 0;
  if (chunk.missing > 0) {
    const int attempts = chunk.attempt + 1;
    YK_TRY(const int64_t max_attempts, MaxAttempts(db, chunk.key.job));
    switch (store::CountLoss(chunk, static_cast<int>(max_attempts), loss.crashed)) {
      case store::LossEffect::kReady: break;
      case store::LossEffect::kQuarantineFirst:
        YK_TRY_VOID(FillChunk(db, chunk, {RowStatus::kQuarantined, store::ErrorMeta(store::QuarantineError()), 1}));
        quarantined = 1;
        break;
      case store::LossEffect::kDead: {
        const std::string meta = store::ErrorMeta(store::GivenUpError(loss.error, attempts));
        YK_TRY_VOID(FillChunk(db, chunk, {RowStatus::kFailed, meta, chunk.missing}));
        store::Release(chunk, 0);
        chunk.state = ChunkState::kDead;
        YK_TRY_VOID(SaveChunk(db, chunk));
        return 0;
      }
    }
  }
  YK_TRY_VOID(ReleaseChunk(db, chunk, loss.ready_at));
  return quarantined;
}

/// Results of one chunk; the caller sees to it that the chunk is leased under the commit's lease.
Result<void> CommitOne(Connection& db, ChunkRecord chunk, const ChunkCommit& commit, Times now) {
  YK_TRY_VOID(store::CheckCommit(commit, chunk.row_from, chunk.row_to));
  YK_TRY(const int64_t generation, GenerationOf(db, chunk));
  LedgerDelta delta;
  int64_t stored = 0;
  for (const store::RowResult& result : commit.results) {
    YK_TRY(const bool fresh, PutResult(db, chunk, result, generation));
    if (!fresh) continue;
    delta.Take(result.status);
    ++stored;
  }
  chunk.missing -= stored;
  delta.leased = -stored;
  if (commit.done && chunk.missing > 0) return store::RowsLeft(commit, chunk.missing);
  if (stored > 0) {
    store::CountProgress(chunk);
    YK_TRY_VOID(ApplyDelta(db, chunk.key.job, chunk.key.stage, delta));
  }
  chunk.deadline = commit.done ? 0 : now.lease_ms + commit.extend.count();
  // The lease stays on a finished chunk: it proves whose commit this was when it is sent again.
  if (commit.done) chunk.state = ChunkState::kDone;
  YK_TRY_VOID(SaveChunk(db, chunk));
  if (!commit.done || commit.meta.empty()) return {};
  Query meta(db, "UPDATE chunks SET meta=?4 WHERE job_id=?1 AND stage=?2 AND seq=?3");
  return meta.Bind(chunk.key.job.value, chunk.key.stage, chunk.key.seq, commit.meta).Run();
}

}  // namespace

Result<std::vector<LeasedChunk>> ClaimChunks(Connection& db, const store::ClaimRequest& request, Times now) {
  YK_TRY(const store::JobRecord job, LoadJob(db, request.job));
  YK_TRY_VOID(store::CheckClaim(job, request));
  std::vector<LeasedChunk> out;
  if (!store::Claimable(job.state)) return out;
  std::vector<ChunkRecord> chunks;
  {
    Query q(db, "SELECT " YK_CHUNK_COLUMNS
                " FROM chunks INDEXED BY chunks_ready WHERE job_id=?1 AND stage=?2 AND state=0"
                " AND ready_at<=?3 ORDER BY seq LIMIT ?4");
    q.Bind(request.job.value, request.stage, now.lease_ms, request.chunks_max);
    YK_TRY(chunks, ReadChunks(q));
  }
  LedgerDelta delta;
  for (ChunkRecord& chunk : chunks) {
    chunk.state = ChunkState::kLeased;
    chunk.lease = LeaseId{RandomId()};
    chunk.worker = request.worker;
    chunk.deadline = now.lease_ms + request.lease.count();
    YK_TRY_VOID(SaveChunk(db, chunk));
    delta.pending -= chunk.missing;
    delta.leased += chunk.missing;
    LeasedChunk leased{chunk.key, chunk.lease, chunk.attempt, chunk.one_at_a_time, {}};
    YK_TRY(leased.rows, MissingRows(db, chunk));
    out.push_back(std::move(leased));
  }
  if (!chunks.empty()) YK_TRY_VOID(ApplyDelta(db, request.job, request.stage, delta));
  return out;
}

Result<std::vector<bool>> ExtendLeases(Connection& db, std::span<const std::pair<ChunkKey, LeaseId>> leases,
                                       int64_t deadline) {
  std::vector<bool> out;
  for (const auto& [key, lease] : leases) {
    Query q(db, "UPDATE chunks SET deadline_at=?5 WHERE job_id=?1 AND stage=?2 AND seq=?3 AND lease_id=?4 AND state=1");
    YK_TRY_VOID(q.Bind(key.job.value, key.stage, key.seq, lease.value, deadline).Run());
    out.push_back(db.changes() == 1);
  }
  return out;
}

Result<std::vector<CommitOutcome>> CommitChunks(Connection& db, std::span<const ChunkCommit> commits, Times now) {
  std::vector<CommitOutcome> out;
  for (const ChunkCommit& commit : commits) {
    YK_TRY(const std::optional<ChunkRecord> chunk, LoadHeld(db, commit.key, commit.lease));
    const bool leased = chunk && chunk->state == ChunkState::kLeased;
    const bool done = chunk && chunk->state == ChunkState::kDone;
    if (leased) YK_TRY_VOID(CommitOne(db, *chunk, commit, now));
    out.push_back(leased || done ? CommitOutcome::kCommitted : CommitOutcome::kStale);
  }
  return out;
}

Result<void> ReturnChunk(Connection& db, const Returned& returned) {
  YK_TRY(std::optional<ChunkRecord> chunk, LoadHeld(db, returned.key, returned.lease));
  if (!chunk || chunk->state != ChunkState::kLeased) return {};
  if (returned.why != store::GiveBack::kFailed) return ReleaseChunk(db, *chunk, returned.ready_at);
  YK_TRY(const int64_t quarantined, LoseChunk(db, *chunk, {false, returned.error, returned.ready_at}));
  (void)quarantined;
  return {};
}

Result<RescueReport> RescueExpired(Connection& db, Times now) {
  RescueReport report;
  std::vector<ChunkRecord> chunks;
  {
    Query q(db, "SELECT " YK_CHUNK_COLUMNS " FROM chunks INDEXED BY chunks_leased WHERE state=1 AND deadline_at<?1");
    YK_TRY(chunks, ReadChunks(q.Bind(now.lease_ms)));
  }
  for (ChunkRecord& chunk : chunks) {
    YK_TRY(const int64_t quarantined, LoseChunk(db, chunk, {.crashed = true}));
    ++report.leases_returned;
    report.rows_quarantined += quarantined;
  }
  return report;
}

Result<RescueReport> RescueAll(Connection& db) {
  RescueReport report;
  std::vector<ChunkRecord> chunks;
  {
    Query q(db, "SELECT " YK_CHUNK_COLUMNS " FROM chunks INDEXED BY chunks_leased WHERE state=1");
    YK_TRY(chunks, ReadChunks(q));
  }
  for (ChunkRecord& chunk : chunks) {
    YK_TRY_VOID(ReleaseChunk(db, chunk, 0));
    ++report.leases_returned;
  }
  return report;
}

Result<void> EndSnoozes(Connection& db) { return db.Exec("UPDATE chunks SET ready_at=0 WHERE state=0 AND ready_at>0"); }

Result<void> ReleaseLeases(Connection& db, store::JobId job) {
  std::vector<ChunkRecord> chunks;
  {
    Query q(db, "SELECT " YK_CHUNK_COLUMNS " FROM chunks INDEXED BY chunks_leased WHERE job_id=?1 AND state=1");
    YK_TRY(chunks, ReadChunks(q.Bind(job.value)));
  }
  for (ChunkRecord& chunk : chunks) YK_TRY_VOID(ReleaseChunk(db, chunk, 0));
  return {};
}

}  // namespace yk::sqlite
