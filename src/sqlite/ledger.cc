// SPDX-License-Identifier: Apache-2.0
#include "sqlite/ledger.h"

#include "store/job_rules.h"

namespace yk::sqlite {

using store::JobId;
using store::Ledger;

Result<void> ApplyDelta(Connection& db, JobId job, int stage, const LedgerDelta& d) {
  Query update(db,
               "UPDATE stages SET rows=rows+?3, ok=ok+?4, null_by_policy=null_by_policy+?5, filtered=filtered+?6,"
               " failed=failed+?7, quarantined=quarantined+?8, pending=pending+?9, leased=leased+?10,"
               " cancelled=cancelled+?11 WHERE job_id=?1 AND stage=?2");
  return update
      .Bind(job.value, stage, d.rows, d.by_status[0], d.by_status[1], d.by_status[2], d.by_status[3], d.by_status[4],
            d.pending, d.leased, d.cancelled)
      .Run();
}

Result<std::vector<Ledger>> CountStages(Connection& db, JobId job) {
  std::vector<Ledger> out;
  Query rows(db,
             "SELECT rows, ok, null_by_policy, filtered, failed, quarantined, pending, leased, cancelled, loaded"
             " FROM stages WHERE job_id=?1 ORDER BY stage");
  rows.Bind(job.value);
  while (true) {
    YK_TRY(const bool more, rows.Step());
    if (!more) break;
    Ledger l;
    int64_t* const columns[] = {&l.rows,        &l.ok,      &l.null_by_policy, &l.filtered, &l.failed,
                                &l.quarantined, &l.pending, &l.leased,         &l.cancelled};
    for (int i = 0; i < 9; ++i) *columns[i] = rows.Int(i);
    l.loaded = rows.Int(9) != 0;
    if (!l.Balanced()) {
      return Fail(Code::kCorrupt, "stage {} of job {} holds {} rows but accounts for {}: run `yakan doctor`",
                  out.size(), job.value, l.rows, l.Sum());
    }
    out.push_back(l);
  }
  if (out.empty()) return store::NoSuchJob(job);
  return out;
}

namespace {

/// Name and statement of each recount: rows of (stage, found, expected) that differ. ?1 = job.
struct Recount {
  const char* what;
  const char* sql;
};
constexpr Recount kRecounts[] = {
    {"inputs",
     "SELECT stage, (SELECT count(*) FROM inputs i WHERE i.job_id=s.job_id AND i.stage=s.stage) AS found, rows AS "
     "expected"
     " FROM stages s WHERE job_id=?1 AND found<>expected"},
    {"results",
     "SELECT stage, (SELECT count(*) FROM results r WHERE r.job_id=s.job_id AND r.stage=s.stage AND "
     "r.retry_generation=0)"
     " AS found, ok+null_by_policy+filtered+failed+quarantined AS expected FROM stages s WHERE job_id=?1 AND "
     "found<>expected"},
    {"results by status",
     "SELECT s.stage, t.found, CASE t.status WHEN 0 THEN ok WHEN 1 THEN null_by_policy WHEN 2 THEN filtered WHEN 3 "
     "THEN failed"
     " ELSE quarantined END AS expected FROM stages s JOIN (SELECT stage, status, count(*) AS found FROM results"
     " WHERE job_id=?1 AND retry_generation=0 GROUP BY stage, status) t ON t.stage=s.stage WHERE s.job_id=?1 AND "
     "found<>expected"},
    {"pending rows",
     "SELECT s.stage, (SELECT coalesce(sum(missing),0) FROM chunks c WHERE c.job_id=s.job_id AND c.stage=s.stage AND "
     "c.state=0)"
     " + CASE WHEN j.state=5 THEN 0 ELSE s.rows-s.cut_to END AS found, s.pending AS expected FROM stages s JOIN jobs j"
     " ON j.id=s.job_id WHERE s.job_id=?1 AND found<>expected"},
    {"leased rows",
     "SELECT stage, (SELECT coalesce(sum(missing),0) FROM chunks c WHERE c.job_id=s.job_id AND c.stage=s.stage AND "
     "c.state=1)"
     " AS found, leased AS expected FROM stages s WHERE job_id=?1 AND found<>expected"},
    {"missing rows of a chunk",
     "SELECT stage, CASE WHEN retry_generation=0 THEN row_to-row_from-(SELECT count(*) FROM results r WHERE "
     "r.job_id=c.job_id"
     " AND r.stage=c.stage AND r.row_id>=c.row_from AND r.row_id<c.row_to) ELSE (SELECT count(*) FROM results r"
     " WHERE r.job_id=c.job_id AND r.stage=c.stage AND r.row_id>=c.row_from AND r.row_id<c.row_to AND r.status>=3"
     " AND r.retry_generation=c.retry_generation) END AS found, missing AS expected FROM chunks c WHERE job_id=?1"
     " AND found<>expected"},
    {"rows missing in finished chunks",
     "SELECT stage, missing, 0 FROM chunks WHERE job_id=?1 AND state IN (2,3) AND missing<>0"},
    {"good results marked for a retry",
     "SELECT stage, row_id, 0 FROM results WHERE job_id=?1 AND status<3 AND retry_generation<>0"},
};

}  // namespace

Result<void> VerifyJob(Connection& db, JobId job) {
  YK_TRY_VOID([&]() -> Result<void> {
    YK_TRY(const auto ledgers, CountStages(db, job));
    return {};
  }());
  for (const Recount& recount : kRecounts) {
    Query rows(db, recount.sql);
    YK_TRY(const bool differs, rows.Bind(job.value).Step());
    if (differs) {
      return Fail(Code::kCorrupt, "{} in stage {} of job {}: counted {}, recorded {}", recount.what, rows.Int(0),
                  job.value, rows.Int(1), rows.Int(2));
    }
  }
  return {};
}

}  // namespace yk::sqlite
