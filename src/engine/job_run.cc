// SPDX-License-Identifier: Apache-2.0
#include "engine/job_run.h"

#include <algorithm>

#include "base/hash.h"
#include "engine/caught.h"

namespace yk::engine {
namespace {

constexpr size_t kLoadBatch = 1000;
constexpr std::chrono::milliseconds kLookEvery{200};
constexpr std::chrono::milliseconds kNap{2};
constexpr std::chrono::milliseconds kLongNap{25};

}  // namespace

JobRun::JobRun(RunPlan& plan, store::JobRecord job, Stores stores, const Clock& clock, RunOptions options, Hooks hooks)
    : plan_(plan),
      job_(std::move(job)),
      stores_(stores),
      clock_(clock),
      options_(options),
      hooks_(std::move(hooks)),
      worker_{RandomId()},
      writer_(stores.jobs, clock, progress_, {.lease = options.lease},
              [this](Error error) { FailWith(std::move(error)); }),
      runner_(*plan.source, writer_, {.threads = options.threads},
              [this](const Error& why) { Want(Wish::kPause, why.ToString()); }),
      delivery_(stores.results, clock, progress_, {}, [this](Error error) { FailWith(std::move(error)); }) {}

JobRun::~JobRun() = default;

void JobRun::Want(Wish wish, std::string reason) {
  Wish before = Wish::kGoOn;
  if (!wish_.compare_exchange_strong(before, wish)) return;  // the first wish stands
  {
    MutexLock lock(mutex_);
    reason_ = std::move(reason);
  }
  halt_.request_stop();
}

void JobRun::FailWith(Error error) {
  {
    MutexLock lock(mutex_);
    if (!fatal_) fatal_ = std::move(error);
  }
  Want(Wish::kFatal, "");
}

Result<RunReport> JobRun::Run(std::stop_token stop) {
  const int last = static_cast<int>(plan_.stages.size()) - 1;
  YK_TRY(const std::vector<store::Ledger> ledgers, stores_.jobs.Count(job_.id));
  loaded_ = !ledgers.empty() && ledgers[0].loaded;
  progress_.loading = !loaded_;
  progress_.rows_loaded = ledgers.empty() ? 0 : ledgers[0].rows;
  YK_TRY_VOID(delivery_.Open(plan_.sinks, job_.id, last, !options_.deliver_anew));

  writer_.Start();
  runner_.Start();
  delivery_.Start();
  const std::stop_callback interrupt(stop, [this] { Want(Wish::kInterrupt, "interrupted"); });
  StartWatch();
  if (!loaded_) StartLoader();
  return WindDown(Caught([this] { return RunStages(); }));
}

void JobRun::StartLoader() {
  loader_ = std::jthread([this](std::stop_token stop) {
    auto loaded = Caught([&] { return Load(stop); });
    if (!loaded) FailWith(std::move(loaded).error().With("loading inputs"));
  });
}

void JobRun::StartWatch() {
  // On a thread of its own: claiming waits for room, a barrier for every row, and a pause must be heard in both.
  watch_ = std::jthread([this](std::stop_token stop) {
    while (!stop.stop_requested() && !ObserveState()) clock_.SleepUntil(clock_.Now() + kLookEvery, stop);
  });
}

Result<void> JobRun::Load(std::stop_token stop) {
  int64_t next = progress_.rows_loaded;
  if (next > 0) YK_TRY_VOID(plan_.source->Skip(next));
  while (!stop.stop_requested() && wish() == Wish::kGoOn) {
    YK_TRY(std::vector<std::string> payloads, plan_.source->Next(kLoadBatch));
    store::Rows rows;
    rows.job = job_.id;
    rows.chunk_rows = plan_.spec.run.chunk_rows;
    rows.last = payloads.empty();
    rows.rows.reserve(payloads.size());
    for (auto& payload : payloads) rows.rows.push_back({next++, std::move(payload)});
    if (auto taken = EnqueueUnlessEnding(rows); !taken) {
      return taken.error().code == Code::kCancelled ? Result<void>() : taken;
    }
    progress_.rows_loaded = next;
    if (rows.last) {
      loaded_ = true;
      progress_.loading = false;
      return {};
    }
  }
  return {};
}

Result<void> JobRun::EnqueueUnlessEnding(const store::Rows& rows) {
  if (wish() == Wish::kGoOn) {
    auto taken = stores_.jobs.Enqueue(rows);
    // A job that was cancelled meanwhile takes no more rows; that is the end of the run, not a fault.
    if (taken || taken.error().code != Code::kConflict || !ObserveState()) return taken;
  }
  return Fail(Code::kCancelled, "the run is stopping");
}

Result<void> JobRun::RunStages() {
  for (size_t stage = 0; stage < plan_.stages.size() && wish() == Wish::kGoOn; ++stage) {
    if (stage > 0) YK_TRY_VOID(CrossBarrier(stage));
    if (wish() != Wish::kGoOn) break;
    YK_TRY_VOID(RunStage(stage));
  }
  return {};
}

Result<void> JobRun::CrossBarrier(size_t stage) {
  YK_TRY(const std::vector<store::Ledger> ledgers, stores_.jobs.Count(job_.id));
  if (stage < ledgers.size() && ledgers[stage].loaded) return {};
  auto crossed = FeedBarrier(stage);
  // What the barrier has passed on stays; the run that goes on feeds it again and skips those rows.
  if (!crossed && crossed.error().code == Code::kCancelled && wish() != Wish::kGoOn) return {};
  return crossed;
}

Result<void> JobRun::FeedBarrier(size_t stage) {
  store::Rows rows;
  rows.job = job_.id;
  rows.stage = static_cast<int>(stage);
  rows.chunk_rows = plan_.spec.run.chunk_rows;
  int64_t next = 0;
  const auto send = [&](bool last) -> Result<void> {
    rows.last = last;
    YK_TRY_VOID(EnqueueUnlessEnding(rows));
    rows.rows.clear();
    return {};
  };
  const int before = rows.stage - 1;
  pipeline::BarrierIo io;
  io.emit = [&](pipeline::StageRow row) -> Result<void> {
    rows.rows.push_back({next++, pipeline::StageRowToPayload(row)});
    return rows.rows.size() < kLoadBatch ? Result<void>() : send(false);
  };
  io.fetch = [&](int64_t row_id) -> Result<pipeline::StageRow> {
    YK_TRY(std::vector<store::RowResult> found, stores_.results.Read(job_.id, before, row_id, 1));
    if (found.empty() || found[0].row_id != row_id)
      return Fail(Code::kCorrupt, "row {} of stage {} is gone", row_id, before);
    return ToStageRow(std::move(found[0]), before);
  };
  pipeline::Barrier& barrier = *plan_.stages[stage].barrier;
  for (int64_t from = 0; wish() == Wish::kGoOn;) {
    YK_TRY(std::vector<store::RowResult> results, stores_.results.Read(job_.id, before, from, kLoadBatch));
    if (results.empty()) {
      YK_TRY_VOID(barrier.End(io));
      return send(true);
    }
    for (auto& result : results) {
      from = result.row_id + 1;
      YK_TRY(pipeline::StageRow row, ToStageRow(std::move(result), before));
      YK_TRY_VOID(barrier.Add(std::move(row), io));
    }
  }
  return {};
}

Result<pipeline::StageRow> JobRun::ToStageRow(store::RowResult result, int stage) {
  pipeline::StageRow row;
  row.row_id = result.row_id;
  row.status = result.status;
  YK_TRY(row.output, ParseJson(result.output));
  YK_TRY(row.source, stores_.results.Input(job_.id, stage, result.row_id));
  if (stage > 0) {
    YK_TRY(pipeline::StageRow earlier, pipeline::StageRowFromPayload(row.source));
    row.source = std::move(earlier.source);
  }
  return row;
}

Result<bool> JobRun::StageDone(size_t stage) {
  YK_TRY(const std::vector<store::Ledger> ledgers, stores_.jobs.Count(job_.id));
  if (stage >= ledgers.size()) return false;
  const store::Ledger& ledger = ledgers[stage];
  progress_.stage_rows = ledger.rows;
  return ledger.loaded && ledger.pending == 0 && ledger.leased == 0;
}

Result<void> JobRun::RunStage(size_t stage) {
  YK_TRY(const std::vector<store::Ledger> ledgers, stores_.jobs.Count(job_.id));
  if (stage < ledgers.size()) {
    const store::Ledger& l = ledgers[stage];
    progress_.stage_rows = l.rows;
    progress_.rows_done = l.ok + l.null_by_policy + l.filtered + l.failed + l.quarantined;
    progress_.rows_failed = l.failed + l.quarantined;
  }
  progress_.stage = static_cast<int>(stage);
  runner_.SetStage(plan_.stages[stage], stage == 0);
  while (wish() == Wish::kGoOn) {
    // Claims come in helpings of an eighth of the window: each is a transaction.
    const int64_t helping = std::max<int64_t>(plan_.spec.run.chunk_rows, options_.rows_window / 8);
    if (const int64_t open = writer_.open_rows(); open > 0 && open + helping > options_.rows_window) {
      clock_.SleepUntil(clock_.Now() + kNap, halt_.get_token());
      continue;
    }
    YK_TRY(const int claimed, ClaimSome(stage));
    if (claimed > 0) continue;
    if (writer_.open_rows() == 0 && (stage > 0 || loaded_)) {
      YK_TRY(const bool done, StageDone(stage));
      if (done) return {};
    }
    clock_.SleepUntil(clock_.Now() + (writer_.open_rows() > 0 ? kNap : kLongNap), halt_.get_token());
  }
  return {};
}

Result<int> JobRun::ClaimSome(size_t stage) {
  const int64_t room = options_.rows_window - writer_.open_rows();
  store::ClaimRequest request;
  request.job = job_.id;
  request.stage = static_cast<int>(stage);
  request.worker = worker_;
  request.chunks_max = static_cast<int>(std::clamp<int64_t>(room / plan_.spec.run.chunk_rows, 1, 64));
  request.lease = options_.lease;
  YK_TRY(std::vector<store::LeasedChunk> chunks, stores_.jobs.Claim(request));
  for (auto& chunk : chunks) {
    writer_.Hold(chunk);
    if (chunk.one_at_a_time) {
      RunSingly(chunk);
      continue;
    }
    for (auto& row : chunk.rows) {
      if (wish() != Wish::kGoOn || !runner_.Submit({chunk.key, chunk.lease, std::move(row)}, halt_.get_token())) {
        writer_.Park(chunk.key, chunk.lease, store::GiveBack::kShutdown, {});
      }
    }
  }
  return static_cast<int>(chunks.size());
}

void JobRun::RunSingly(const store::LeasedChunk& chunk) {
  // This chunk lost its lease three times without progress: one of its rows may be what broke the worker. Each row is
  // committed before the next begins, so that a further loss points at exactly one.
  for (const auto& row : chunk.rows) {
    if (wish() != Wish::kGoOn || !runner_.Submit({chunk.key, chunk.lease, row}, halt_.get_token())) {
      writer_.Park(chunk.key, chunk.lease, store::GiveBack::kShutdown, {});
      continue;
    }
    runner_.WaitIdle(halt_.get_token());
    writer_.FlushNow();
  }
}

bool JobRun::ObserveState() {
  const auto job = stores_.jobs.Get(job_.id);
  if (!job) return false;  // the next commit will say what is wrong with the store
  if (progress_.stage == 0) progress_.stage_rows = progress_.rows_loaded.load();
  if (job->state == store::JobState::kPaused) Want(Wish::kPause, "paused by request");
  if (job->state == store::JobState::kCancelling || job->state == store::JobState::kCancelled)
    Want(Wish::kCancel, "cancelled by request");
  return wish() != Wish::kGoOn;
}

Result<void> JobRun::Finish() {
  YK_TRY(const bool finished, stores_.jobs.Finish(job_.id));
  if (finished) return {};
  YK_TRY(store::JobRecord job, stores_.jobs.Get(job_.id));
  if (job.state == store::JobState::kPaused && wish() == Wish::kGoOn) {
    // The request came after the last row: there is nothing left that could wait.
    YK_TRY(job, stores_.jobs.Act(job_.id, store::Control::kResume));
    YK_TRY(const bool done, stores_.jobs.Finish(job_.id));
    if (done) return {};
  }
  if (store::IsFinal(job.state)) return {};
  return Fail(Code::kInternal, "all rows are done, but the job '{}' is still {}", job.name,
              store::JobStateName(job.state));
}

Result<RunReport> JobRun::WindDown(Result<void> ran) {
  if (!ran) FailWith(std::move(ran).error());
  watch_.request_stop();
  if (watch_.joinable()) watch_.join();
  ending_ = true;
  const Wish wish = this->wish();
  RunReport report;
  if (wish != Wish::kGoOn) {
    runner_.ParkRest(store::GiveBack::kShutdown, Error{Code::kCancelled, "the run is stopping", {}});
    if (hooks_.cancel_models) hooks_.cancel_models();
  }
  loader_.request_stop();
  if (loader_.joinable()) loader_.join();
  runner_.Stop();
  writer_.Stop();
  {
    MutexLock lock(mutex_);
    report.reason = reason_;
    if (fatal_) {
      // Best effort: what is committed is delivered as far as the sinks can still be written.
      (void)delivery_.Stop(false, Json()).has_value();
      return Fail(*fatal_);
    }
  }
  if (wish == Wish::kPause) {
    const auto paused = stores_.jobs.Act(job_.id, store::Control::kPause);
    if (!paused && paused.error().code != Code::kConflict) return Fail(paused.error());
  }
  if (wish == Wish::kCancel) {
    YK_TRY_VOID(Finish());
  }
  YK_TRY(report.ledgers, stores_.jobs.Count(job_.id));
  // Outputs first: a job that counts as done has them, and a crash in between only delivers once more.
  YK_TRY_VOID(delivery_.Stop(wish == Wish::kGoOn, hooks_.summary ? hooks_.summary(report.ledgers) : Json::object()));
  if (wish == Wish::kGoOn) {
    YK_TRY_VOID(Finish());
  }
  switch (wish) {
    case Wish::kGoOn: report.end = RunEnd::kFinished; break;
    case Wish::kPause: report.end = RunEnd::kPaused; break;
    case Wish::kCancel: report.end = RunEnd::kCancelled; break;
    default: report.end = RunEnd::kInterrupted; break;
  }
  return report;
}

}  // namespace yk::engine
