// SPDX-License-Identifier: Apache-2.0
#include "sqlite/jobs.h"

#include "sqlite/chunks.h"
#include "sqlite/ledger.h"

namespace yk::sqlite {

using store::Control;
using store::JobId;
using store::JobRecord;
using store::JobState;
using store::NewJob;
using store::RowRange;
using store::Rows;
using store::StageRecord;

namespace {

#define YK_JOB_COLUMNS                                                                                       \
  "id, tenant, name, idem_key, kind, spec, spec_hash, state, pause_requested, stages, generation, priority," \
  " max_attempts, created_at, finished_at, (SELECT rows FROM stages WHERE job_id=id AND stage=0)"

JobRecord ReadJob(const Query& q) {
  JobRecord job;
  job.id = JobId{q.Int(0)};
  job.tenant = q.Text(1);
  job.name = q.Text(2);
  job.idem_key = q.Text(3);
  job.kind = q.Text(4);
  job.spec = q.Text(5);
  job.spec_hash = q.Text(6);
  job.state = static_cast<JobState>(q.Int(7));
  job.pause_requested = q.Int(8) != 0;
  job.stages = static_cast<int>(q.Int(9));
  job.generation = q.Int(10);
  job.priority = static_cast<int>(q.Int(11));
  job.max_attempts = static_cast<int>(q.Int(12));
  job.created_at = FromUnixMs(q.Int(13));
  job.finished_at = FromUnixMs(q.Int(14));
  job.rows_total = q.Int(15);
  return job;
}

Result<StageRecord> LoadStage(Connection& db, JobId job, int stage) {
  Query q(db, "SELECT rows, cut_to, next_seq, chunk_rows, loaded FROM stages WHERE job_id=?1 AND stage=?2");
  YK_TRY(const bool row, q.Bind(job.value, stage).Step());
  if (!row) return store::NoSuchJob(job);
  return StageRecord{q.Int(0), q.Int(1), q.Int(2), static_cast<int>(q.Int(3)), q.Int(4) != 0};
}

Result<void> SaveStage(Connection& db, JobId job, int stage, const StageRecord& s) {
  Query q(db, "UPDATE stages SET cut_to=?3, next_seq=?4, chunk_rows=?5, loaded=?6 WHERE job_id=?1 AND stage=?2");
  return q.Bind(job.value, stage, s.cut_to, s.next_seq, s.chunk_rows, s.loaded).Run();
}

Result<void> AddChunks(Connection& db, store::ChunkKey first, const std::vector<RowRange>& ranges,
                       int64_t retry_generation) {
  for (size_t i = 0; i < ranges.size(); ++i) {
    Query q(db,
            "INSERT INTO chunks(job_id, stage, seq, row_from, row_to, missing, retry_generation) "
            "VALUES(?1,?2,?3,?4,?5,?6,?7)");
    YK_TRY_VOID(q.Bind(first.job.value, first.stage, first.seq + static_cast<int64_t>(i), ranges[i].from, ranges[i].to,
                       ranges[i].rows, retry_generation)
                    .Run());
  }
  return {};
}

Result<void> SetState(Connection& db, JobId job, JobState state, Times now) {
  Query q(db, "UPDATE jobs SET state=?2, pause_requested=?3, finished_at=?4 WHERE id=?1");
  return q.Bind(job.value, static_cast<int>(state), state == JobState::kPaused, IsFinal(state) ? now.wall_ms : 0).Run();
}

Result<int64_t> CountJob(Connection& db, const char* sql, JobId job) {
  Query q(db, sql);
  YK_TRY(const bool row, q.Bind(job.value).Step());
  return row ? q.Int(0) : 0;
}

/// Marks the failed and quarantined rows of the last stage that has rows, and lays new chunks over them.
Result<int64_t> ScheduleRetry(Connection& db, const JobRecord& job) {
  YK_TRY(const int64_t last,
         CountJob(db, "SELECT coalesce(max(stage),0) FROM stages WHERE job_id=?1 AND rows>0", job.id));
  const int stage = static_cast<int>(last);
  std::vector<int64_t> failed;
  LedgerDelta delta;
  {
    Query q(db,
            "SELECT row_id, status FROM results INDEXED BY results_errors WHERE job_id=?1 AND stage=?2 AND status>=3"
            " AND retry_generation=0 ORDER BY row_id");
    q.Bind(job.id.value, stage);
    while (true) {
      YK_TRY(const bool more, q.Step());
      if (!more) break;
      failed.push_back(q.Int(0));
      delta.Take(static_cast<store::RowStatus>(q.Int(1)), -1);
    }
  }
  if (failed.empty()) return 0;
  const int64_t generation = job.generation + 1;
  Query mark(
      db, "UPDATE results SET retry_generation=?3 WHERE job_id=?1 AND stage=?2 AND status>=3 AND retry_generation=0");
  YK_TRY_VOID(mark.Bind(job.id.value, stage, generation).Run());
  Query raise(db, "UPDATE jobs SET generation=?2 WHERE id=?1");
  YK_TRY_VOID(raise.Bind(job.id.value, generation).Run());
  YK_TRY(StageRecord record, LoadStage(db, job.id, stage));
  const auto ranges = store::CutRetry(failed, record.chunk_rows);
  YK_TRY_VOID(AddChunks(db, {job.id, stage, record.next_seq}, ranges, generation));
  record.next_seq += static_cast<int64_t>(ranges.size());
  YK_TRY_VOID(SaveStage(db, job.id, stage, record));
  delta.pending = static_cast<int64_t>(failed.size());
  YK_TRY_VOID(ApplyDelta(db, job.id, stage, delta));
  return delta.pending;
}

/// What waits will not run: rows without a result are counted as cancelled, rows whose retry never ran keep their
/// error.
Result<void> CancelWaiting(Connection& db, const JobRecord& job) {
  for (int stage = 0; stage < job.stages; ++stage) {
    LedgerDelta delta;
    {
      Query q(db,
              "SELECT status, count(*) FROM results WHERE job_id=?1 AND stage=?2 AND status>=3 AND retry_generation<>0 "
              "GROUP BY status");
      q.Bind(job.id.value, stage);
      while (true) {
        YK_TRY(const bool more, q.Step());
        if (!more) break;
        delta.Take(static_cast<store::RowStatus>(q.Int(0)), q.Int(1));
        delta.pending -= q.Int(1);
      }
    }
    Query unmark(
        db, "UPDATE results SET retry_generation=0 WHERE job_id=?1 AND stage=?2 AND status>=3 AND retry_generation<>0");
    YK_TRY_VOID(unmark.Bind(job.id.value, stage).Run());
    Query chunks(db,
                 "UPDATE chunks SET state=4, missing=CASE WHEN retry_generation=0 THEN missing ELSE 0 END"
                 " WHERE job_id=?1 AND stage=?2 AND state=0");
    YK_TRY_VOID(chunks.Bind(job.id.value, stage).Run());
    YK_TRY_VOID(ApplyDelta(db, job.id, stage, delta));
    Query rest(db, "UPDATE stages SET cancelled=cancelled+pending, pending=0 WHERE job_id=?1 AND stage=?2");
    YK_TRY_VOID(rest.Bind(job.id.value, stage).Run());
  }
  return {};
}

}  // namespace

Times TimesOf(const Clock& clock) {
  return {ToUnixMs(clock.WallNow()),
          std::chrono::duration_cast<std::chrono::milliseconds>(clock.Now().time_since_epoch()).count()};
}

Result<JobRecord> CreateJob(Connection& db, const NewJob& job, Times now) {
  YK_TRY_VOID(store::CheckNewJob(job));
  {
    Query old(db, "SELECT " YK_JOB_COLUMNS " FROM jobs WHERE tenant=?1 AND idem_key=?2");
    YK_TRY(const bool row, old.Bind(job.tenant, job.idem_key).Step());
    if (row) {
      const JobRecord found = ReadJob(old);
      if (found.spec_hash == job.spec_hash) return found;
      return Fail(Code::kConflict, "job {} ({}) has the same identity but another spec", found.id.value, found.name);
    }
  }
  YK_TRY(const int64_t last, db.Number("SELECT coalesce(max(id),0) FROM jobs"));
  const JobId id = store::NextJobId(FromUnixMs(now.wall_ms), JobId{last});
  Query insert(
      db,
      "INSERT INTO jobs(id, tenant, name, idem_key, kind, spec, spec_hash, state, stages, priority, max_attempts,"
      " created_at) VALUES(?1,?2,?3,?4,?5,?6,?7,0,?8,?9,?10,?11)");
  YK_TRY_VOID(insert
                  .Bind(id.value, job.tenant, job.name, job.idem_key, job.kind, job.spec, job.spec_hash, job.stages,
                        job.priority, job.max_attempts, now.wall_ms)
                  .Run());
  for (int stage = 0; stage < job.stages; ++stage) {
    Query add(db, "INSERT INTO stages(job_id, stage) VALUES(?1,?2)");
    YK_TRY_VOID(add.Bind(id.value, stage).Run());
  }
  return LoadJob(db, id);
}

Result<JobRecord> LoadJob(Connection& db, JobId job) {
  Query q(db, "SELECT " YK_JOB_COLUMNS " FROM jobs WHERE id=?1");
  YK_TRY(const bool row, q.Bind(job.value).Step());
  if (!row) return store::NoSuchJob(job);
  return ReadJob(q);
}

Result<std::vector<JobRecord>> ListJobs(Connection& db, const store::JobFilter& filter) {
  std::vector<JobRecord> out;
  Query q(db, "SELECT " YK_JOB_COLUMNS
              " FROM jobs WHERE tenant=?1 AND (?2=0 OR name=?3) AND (?4=0 OR state<4)"
              " ORDER BY id DESC LIMIT ?5");
  const std::string name = filter.name.value_or("");  // bound by reference: it must outlive the steps
  q.Bind(filter.tenant, filter.name.has_value(), name, filter.open_only, filter.limit);
  while (true) {
    YK_TRY(const bool more, q.Step());
    if (!more) return out;
    out.push_back(ReadJob(q));
  }
}

Result<void> EnqueueRows(Connection& db, const Rows& rows) {
  YK_TRY(const JobRecord job, LoadJob(db, rows.job));
  YK_TRY_VOID(store::CheckStage(job, rows.stage));
  YK_TRY(StageRecord stage, LoadStage(db, rows.job, rows.stage));
  YK_TRY(const size_t skip, store::PlanEnqueue(job, stage, rows));
  for (size_t i = skip; i < rows.rows.size(); ++i) {
    Query q(db, "INSERT INTO inputs(job_id, stage, row_id, payload) VALUES(?1,?2,?3,?4)");
    YK_TRY_VOID(q.Bind(rows.job.value, rows.stage, rows.rows[i].row_id, rows.rows[i].payload).Run());
  }
  const auto added = static_cast<int64_t>(rows.rows.size() - skip);
  stage.rows += added;
  stage.chunk_rows = rows.chunk_rows;
  stage.loaded = stage.loaded || rows.last;
  const store::ChunkKey first{rows.job, rows.stage, stage.next_seq};
  const auto ranges = store::CutChunks(stage);
  stage.next_seq += static_cast<int64_t>(ranges.size());
  YK_TRY_VOID(AddChunks(db, first, ranges, 0));
  YK_TRY_VOID(SaveStage(db, rows.job, rows.stage, stage));
  if (added > 0) YK_TRY_VOID(ApplyDelta(db, rows.job, rows.stage, {.rows = added, .pending = added}));
  if (rows.stage == 0 && stage.loaded && job.state == JobState::kLoading) {
    Query q(db, "UPDATE jobs SET state=1 WHERE id=?1");
    YK_TRY_VOID(q.Bind(rows.job.value).Run());
  }
  return {};
}

Result<bool> FinishJob(Connection& db, JobId id, Times now) {
  YK_TRY(const JobRecord job, LoadJob(db, id));
  if (job.state != JobState::kRunning && job.state != JobState::kCancelling) return false;
  YK_TRY(const int64_t leased, CountJob(db, "SELECT EXISTS(SELECT 1 FROM chunks WHERE job_id=?1 AND state=1)", id));
  if (leased != 0) return false;
  if (job.state == JobState::kCancelling) {
    YK_TRY_VOID(CancelWaiting(db, job));
    YK_TRY_VOID(SetState(db, id, JobState::kCancelled, now));
    return true;
  }
  YK_TRY(const int64_t ready, CountJob(db, "SELECT EXISTS(SELECT 1 FROM chunks WHERE job_id=?1 AND state=0)", id));
  YK_TRY(const int64_t loading, CountJob(db, "SELECT EXISTS(SELECT 1 FROM stages WHERE job_id=?1 AND loaded=0)", id));
  if (ready != 0 || loading != 0) return false;
  YK_TRY_VOID(SetState(db, id, JobState::kDone, now));
  return true;
}

Result<JobRecord> ActOnJob(Connection& db, JobId id, Control control, Times now) {
  YK_TRY(const JobRecord job, LoadJob(db, id));
  YK_TRY(const StageRecord first, LoadStage(db, id, 0));
  YK_TRY(const std::optional<JobState> next, store::Transition(job, control, first.loaded));
  const JobState target = next.value_or(job.state);
  bool moves = next.has_value();
  if (control == Control::kRetryFailed) {
    YK_TRY(const int64_t rows, ScheduleRetry(db, job));
    if (rows == 0 && job.state != JobState::kFailed) moves = false;
    // Rows that are already delivered change: what the sinks hold is worth nothing from here on, also after a crash.
    Query forget(db, "DELETE FROM deliveries WHERE job_id=?1");
    YK_TRY_VOID(forget.Bind(id.value).Run());
  }
  if (control == Control::kFail) YK_TRY_VOID(ReleaseLeases(db, id));
  if (moves) YK_TRY_VOID(SetState(db, id, target, now));
  return LoadJob(db, id);
}

}  // namespace yk::sqlite
