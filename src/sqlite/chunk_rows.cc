// SPDX-License-Identifier: Apache-2.0
#include "sqlite/chunk_rows.h"

namespace yk::sqlite {

using store::ChunkRecord;
using store::InputRow;

namespace {

constexpr const char* kAllRows =
    "SELECT row_id, payload FROM inputs WHERE job_id=?1 AND stage=?2 AND row_id>=?3 AND row_id<?4 ORDER BY row_id";
constexpr const char* kRowsWithoutResult =
    "SELECT row_id, payload FROM inputs i WHERE job_id=?1 AND stage=?2 AND row_id>=?3 AND row_id<?4 AND NOT EXISTS"
    " (SELECT 1 FROM results r WHERE r.job_id=i.job_id AND r.stage=i.stage AND r.row_id=i.row_id) ORDER BY row_id";
constexpr const char* kRowsOfRetry =
    "SELECT i.row_id, i.payload FROM results r INDEXED BY results_errors CROSS JOIN inputs i ON i.job_id=r.job_id"
    " AND i.stage=r.stage AND i.row_id=r.row_id WHERE r.job_id=?1 AND r.stage=?2 AND r.row_id>=?3 AND r.row_id<?4"
    " AND r.status>=3 AND r.retry_generation=?5 ORDER BY r.row_id";

}  // namespace

Result<std::vector<InputRow>> MissingRows(Connection& db, const ChunkRecord& chunk) {
  const bool retry = chunk.retry_generation != 0;
  const bool untouched = chunk.missing == chunk.row_to - chunk.row_from;
  Query q(db, retry ? kRowsOfRetry : untouched ? kAllRows : kRowsWithoutResult);
  q.Bind(chunk.key.job.value, chunk.key.stage, chunk.row_from, chunk.row_to);
  if (retry) q.Bind(chunk.retry_generation);
  std::vector<InputRow> out;
  out.reserve(static_cast<size_t>(chunk.missing));
  while (true) {
    YK_TRY(const bool more, q.Step());
    if (!more) break;
    out.push_back({q.Int(0), q.Text(1)});
  }
  if (static_cast<int64_t>(out.size()) != chunk.missing) {
    return Fail(Code::kCorrupt,
                "chunk {} of stage {} of job {} should lack {} results but lacks {}: run `yakan doctor`", chunk.key.seq,
                chunk.key.stage, chunk.key.job.value, chunk.missing, out.size());
  }
  return out;
}

Result<int64_t> GenerationOf(Connection& db, const ChunkRecord& chunk) {
  if (chunk.retry_generation != 0) return chunk.retry_generation;
  Query q(db, "SELECT generation FROM jobs WHERE id=?1");
  YK_TRY(const bool row, q.Bind(chunk.key.job.value).Step());
  return row ? q.Int(0) : 0;
}

Result<bool> PutResult(Connection& db, const ChunkRecord& chunk, const store::RowResult& r, int64_t generation) {
  // Only an error that this very retry was made for is replaced; a good result never is.
  Query q(db,
          "INSERT INTO results(job_id, stage, row_id, status, generation, output, meta) VALUES(?1,?2,?3,?4,?5,?6,?7)"
          " ON CONFLICT(job_id, stage, row_id) DO UPDATE SET status=excluded.status, generation=excluded.generation,"
          " output=excluded.output, meta=excluded.meta, retry_generation=0"
          " WHERE results.status IN (3,4) AND results.retry_generation=?8 AND ?8<>0");
  YK_TRY_VOID(q.Bind(chunk.key.job.value, chunk.key.stage, r.row_id, static_cast<int>(r.status), generation, r.output,
                     r.meta, chunk.retry_generation)
                  .Run());
  return db.changes() == 1;
}

Result<int64_t> FillMissing(Connection& db, const ChunkRecord& chunk, const Fill& fill) {
  if (chunk.retry_generation == 0) {
    Query q(db,
            "INSERT INTO results(job_id, stage, row_id, status, generation, output, meta)"
            " SELECT i.job_id, i.stage, i.row_id, ?5, (SELECT generation FROM jobs WHERE id=?1), '', ?6 FROM inputs i"
            " WHERE i.job_id=?1 AND i.stage=?2 AND i.row_id>=?3 AND i.row_id<?4 AND NOT EXISTS (SELECT 1 FROM results r"
            " WHERE r.job_id=i.job_id AND r.stage=i.stage AND r.row_id=i.row_id) ORDER BY i.row_id LIMIT ?7");
    YK_TRY_VOID(q.Bind(chunk.key.job.value, chunk.key.stage, chunk.row_from, chunk.row_to,
                       static_cast<int>(fill.status), fill.meta, fill.rows_max)
                    .Run());
    return db.changes();
  }
  Query q(db,
          "UPDATE results SET status=?5, meta=?6, output='', generation=retry_generation, retry_generation=0"
          " WHERE job_id=?1 AND stage=?2 AND row_id IN (SELECT row_id FROM results WHERE job_id=?1 AND stage=?2"
          " AND row_id>=?3 AND row_id<?4 AND status>=3 AND retry_generation=?8 ORDER BY row_id LIMIT ?7)");
  YK_TRY_VOID(q.Bind(chunk.key.job.value, chunk.key.stage, chunk.row_from, chunk.row_to, static_cast<int>(fill.status),
                     fill.meta, fill.rows_max, chunk.retry_generation)
                  .Run());
  return db.changes();
}

}  // namespace yk::sqlite
