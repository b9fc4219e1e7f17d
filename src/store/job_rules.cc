// SPDX-License-Identifier: Apache-2.0
#include "store/job_rules.h"

#include <algorithm>

#include "base/json.h"

namespace yk::store {

LossEffect CountLoss(ChunkRecord& chunk, int max_attempts, bool crashed) {
  ++chunk.attempt;
  if (crashed && chunk.one_at_a_time && ++chunk.single_losses >= kLossesBeforeQuarantine) {
    CountProgress(chunk);
    return LossEffect::kQuarantineFirst;
  }
  if (chunk.attempt >= max_attempts) return LossEffect::kDead;
  if (chunk.attempt >= kLossesBeforeSingle) chunk.one_at_a_time = true;
  return LossEffect::kReady;
}

void CountProgress(ChunkRecord& chunk) {
  chunk.attempt = 0;
  chunk.single_losses = 0;
}

void Release(ChunkRecord& chunk, int64_t ready_at) {
  chunk.state = chunk.missing == 0 ? ChunkState::kDone : ChunkState::kReady;
  chunk.ready_at = ready_at;
  chunk.lease = {};
  chunk.worker = {};
  chunk.deadline = 0;
}

Result<size_t> PlanEnqueue(const JobRecord& job, const StageRecord& stage, const Rows& rows) {
  if (rows.chunk_rows < 1)
    return Fail(Code::kInvalid, "chunk_rows is {}: a chunk needs at least one row", rows.chunk_rows);
  if (!Claimable(job.state) && job.state != JobState::kPaused) {
    return Fail(Code::kConflict, "job {} is {}: it takes no more rows", job.id.value, JobStateName(job.state));
  }
  for (size_t i = 1; i < rows.rows.size(); ++i) {
    if (rows.rows[i].row_id != rows.rows[i - 1].row_id + 1) {
      return Fail(Code::kInvalid, "row {} follows row {}: rows are enqueued without gaps", rows.rows[i].row_id,
                  rows.rows[i - 1].row_id);
    }
  }
  if (rows.rows.empty()) return size_t{0};
  const int64_t first = rows.rows.front().row_id;
  const int64_t end = rows.rows.back().row_id + 1;
  if (first < 0 || first > stage.rows) {
    return Fail(Code::kInvalid, "stage {} of job {} holds {} rows; rows from {} on would leave a gap", rows.stage,
                job.id.value, stage.rows, first);
  }
  if (stage.loaded && end > stage.rows) {
    return Fail(Code::kConflict, "stage {} of job {} was closed with {} rows and takes no more", rows.stage,
                job.id.value, stage.rows);
  }
  return static_cast<size_t>(std::min(stage.rows, end) - first);
}

std::vector<RowRange> CutChunks(StageRecord& stage) {
  std::vector<RowRange> out;
  while (stage.cut_to < stage.rows) {
    const int64_t rows = std::min<int64_t>(stage.chunk_rows, stage.rows - stage.cut_to);
    if (rows < stage.chunk_rows && !stage.loaded) break;
    out.push_back({stage.cut_to, stage.cut_to + rows, rows});
    stage.cut_to += rows;
  }
  return out;
}

std::vector<RowRange> CutRetry(std::span<const int64_t> row_ids, int chunk_rows) {
  std::vector<RowRange> out;
  const auto step = static_cast<size_t>(chunk_rows);
  for (size_t i = 0; i < row_ids.size(); i += step) {
    const size_t n = std::min(step, row_ids.size() - i);
    out.push_back({row_ids[i], row_ids[i + n - 1] + 1, static_cast<int64_t>(n)});
  }
  return out;
}

Result<std::optional<JobState>> Transition(const JobRecord& job, Control control, bool loaded) {
  using enum JobState;
  const auto to = [&](JobState state) -> Result<std::optional<JobState>> {
    if (state == job.state) return std::optional<JobState>();
    return std::optional<JobState>(state);
  };
  const JobState working = loaded ? kRunning : kLoading;
  const JobState s = job.state;
  const bool open = Claimable(s) || s == kPaused;
  switch (control) {
    case Control::kPause:
      if (open) return to(kPaused);
      break;
    case Control::kResume:
      if (open) return to(working);
      break;
    case Control::kCancel:
      if (open || s == kCancelling) return to(kCancelling);
      if (s == kCancelled) return to(kCancelled);
      break;
    case Control::kRetryFailed:
      if (open) return to(s);
      if (s == kDone || s == kFailed) return to(working);
      break;
    case Control::kFail:
      if (open || s == kCancelling || s == kFailed) return to(kFailed);
      break;
  }
  static constexpr std::string_view kVerbs[] = {"paused", "resumed", "cancelled", "retried", "failed"};
  return Fail(Code::kConflict, "job {} ({}) is {} and cannot be {}", job.id.value, job.name, JobStateName(s),
              kVerbs[static_cast<int>(control)]);
}

JobId NextJobId(WallTime now, JobId last) {
  const int64_t id = (ToUnixMs(now) << 22) | (RandomId() & ((int64_t{1} << 22) - 1));
  return JobId{std::max(id, last.value + 1)};
}

Result<void> CheckNewJob(const NewJob& job) {
  if (job.idem_key.empty()) return Fail(Code::kInvalid, "a job needs an idem_key");
  if (job.stages < 1) return Fail(Code::kInvalid, "job {} has {} stages: at least one is needed", job.name, job.stages);
  if (job.max_attempts < 1)
    return Fail(Code::kInvalid, "job {} has max_attempts {}: at least 1 is needed", job.name, job.max_attempts);
  return {};
}

Result<void> CheckStage(const JobRecord& job, int stage) {
  if (stage >= 0 && stage < job.stages) return {};
  return Fail(Code::kInvalid, "job {} has {} stages; there is no stage {}", job.id.value, job.stages, stage);
}

Result<void> CheckClaim(const JobRecord& job, const ClaimRequest& request) {
  YK_TRY_VOID(CheckStage(job, request.stage));
  if (request.chunks_max >= 1) return {};
  return Fail(Code::kInvalid, "a claim of {} chunks: at least one is needed", request.chunks_max);
}

Result<void> CheckCommit(const ChunkCommit& commit, int64_t row_from, int64_t row_to) {
  for (const RowResult& row : commit.results) {
    if (row.row_id < row_from || row.row_id >= row_to) {
      return Fail(Code::kInternal, "row {} was committed to chunk {} of job {}, which holds rows {} to {}", row.row_id,
                  commit.key.seq, commit.key.job.value, row_from, row_to - 1);
    }
    if (row.status < RowStatus::kOk || row.status > RowStatus::kQuarantined) {
      return Fail(Code::kInternal, "row {} of job {} was committed with the unknown status {}", row.row_id,
                  commit.key.job.value, static_cast<int>(row.status));
    }
  }
  return {};
}

Failure RowsLeft(const ChunkCommit& commit, int64_t missing) {
  return Fail(Code::kInternal, "chunk {} of stage {} of job {} was called done while {} of its rows have no result",
              commit.key.seq, commit.key.stage, commit.key.job.value, missing);
}

Failure NoSuchJob(JobId job) { return Fail(Code::kNotFound, "there is no job {} in this store", job.value); }

std::string ErrorMeta(const Error& error) {
  Json meta;
  meta["error"]["code"] = CodeName(error.code);
  meta["error"]["message"] = error.ToString();
  return DumpJson(meta);
}

Error QuarantineError() {
  return {Code::kInternal, "the worker was lost each time this row was in flight; the row was set aside", {}};
}

Error GivenUpError(const Error* cause, int attempts) {
  if (cause != nullptr) return *cause;
  return {Code::kUnavailable, fmt::format("given up after {} attempts without progress", attempts), {}};
}

}  // namespace yk::store
