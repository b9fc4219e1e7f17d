// SPDX-License-Identifier: Apache-2.0
#include "sqlite/results.h"

#include "store/job_rules.h"

namespace yk::sqlite {

using store::DeliveryCursor;
using store::JobId;
using store::RowResult;

namespace {

/// A reader takes about this much at a time, so that large rows do not fill the memory.
constexpr int64_t kReadBytesMax = 8 << 20;

}  // namespace

Result<std::vector<RowResult>> ReadResults(Connection& db, const ScanRange& range) {
  std::vector<RowResult> out;
  Query q(
      db,
      "SELECT row_id, status, output, meta, retry_generation FROM results WHERE job_id=?1 AND stage=?2 AND row_id>=?3"
      " ORDER BY row_id LIMIT ?4");
  q.Bind(range.job.value, range.stage, range.from, range.max);
  int64_t next = std::max<int64_t>(range.from, 0);
  int64_t bytes = 0;
  while (bytes <= kReadBytesMax) {
    YK_TRY(const bool more, q.Step());
    if (!more || q.Int(0) != next || q.Int(4) != 0) break;
    out.push_back({next++, static_cast<store::RowStatus>(q.Int(1)), q.Text(2), q.Text(3)});
    bytes += static_cast<int64_t>(out.back().output.size() + out.back().meta.size());
  }
  return out;
}

Result<std::vector<RowResult>> ScanResults(Connection& db, const ScanRange& range, bool errors_only) {
  std::vector<RowResult> out;
  Query q(db, errors_only
                  ? "SELECT row_id, status, output, meta FROM results WHERE job_id=?1 AND stage=?2 AND row_id>=?3"
                    " AND status>=3 AND retry_generation=0 ORDER BY row_id LIMIT ?4"
                  : "SELECT row_id, status, output, meta FROM results WHERE job_id=?1 AND stage=?2 AND row_id>=?3"
                    " AND retry_generation=0 ORDER BY row_id LIMIT ?4");
  q.Bind(range.job.value, range.stage, range.from, range.max);
  while (true) {
    YK_TRY(const bool more, q.Step());
    if (!more) return out;
    out.push_back({q.Int(0), static_cast<store::RowStatus>(q.Int(1)), q.Text(2), q.Text(3)});
  }
}

Result<std::string> ReadInput(Connection& db, JobId job, int stage, int64_t row_id) {
  Query q(db, "SELECT payload FROM inputs WHERE job_id=?1 AND stage=?2 AND row_id=?3");
  YK_TRY(const bool row, q.Bind(job.value, stage, row_id).Step());
  if (!row) return Fail(Code::kNotFound, "job {} has no row {} in stage {}", job.value, row_id, stage);
  return q.Text(0);
}

Result<void> WriteCursor(Connection& db, JobId job, const std::string& sink, const DeliveryCursor& c) {
  Query q(
      db,
      "INSERT INTO deliveries(job_id, sink, next_row, offset, crc, state) SELECT id,?2,?3,?4,?5,?6 FROM jobs WHERE "
      "id=?1"
      " ON CONFLICT(job_id, sink) DO UPDATE SET next_row=excluded.next_row, offset=excluded.offset, crc=excluded.crc,"
      " state=excluded.state");
  YK_TRY_VOID(q.Bind(job.value, sink, c.next_row, c.offset, c.crc, c.state).Run());
  if (db.changes() == 0) return store::NoSuchJob(job);
  return {};
}

Result<std::optional<DeliveryCursor>> ReadCursor(Connection& db, JobId job, const std::string& sink) {
  Query q(db, "SELECT next_row, offset, crc, state FROM deliveries WHERE job_id=?1 AND sink=?2");
  YK_TRY(const bool row, q.Bind(job.value, sink).Step());
  if (!row) return std::optional<DeliveryCursor>();
  return std::optional<DeliveryCursor>({q.Int(0), q.Int(1), static_cast<uint32_t>(q.Int(2)), q.Text(3)});
}

}  // namespace yk::sqlite
