// SPDX-License-Identifier: Apache-2.0
#include "engine/row_runner.h"

#include <limits>

#include "engine/caught.h"
#include "pipeline/row_output.h"

namespace yk::engine {

using pipeline::StepOutcome;

namespace {

/// The file a payload points at, as far as it says so, with the path inside it: "mails.zip/a.eml".
std::string FileOf(const std::string& payload) {
  const auto parsed = ParseJson(payload);
  if (!parsed || !parsed->is_object()) return "";
  const auto file = parsed->find("file");
  if (file == parsed->end() || !file->is_string()) return "";
  std::string shown = file->get<std::string>();
  const auto member = parsed->find("member");
  if (member == parsed->end() || !member->is_array()) return shown;
  for (const Json& name : *member) {
    if (name.is_string()) shown += "/" + name.get_ref<const std::string&>();
  }
  return shown;
}

}  // namespace

/// One row between Begin and Ended.
struct RowRunner::Job {
  store::ChunkKey key;
  store::LeaseId lease;
  pipeline::RowTask task;
  int64_t derived_from = -1;
  int64_t text_bytes = 0;
  std::atomic<size_t> turn{0};  ///< the step that may answer next; a second answer of a step is ignored
};

namespace {
constexpr size_t kNoTurn = std::numeric_limits<size_t>::max();
}  // namespace

RowRunner::RowRunner(const pipeline::Source& source, ChunkWriter& writer, Options options, OnParked on_parked)
    : source_(source),
      writer_(writer),
      options_(options),
      on_parked_(std::move(on_parked)),
      queue_({options.rows_waiting_max, size_t{64} << 20}) {}

RowRunner::~RowRunner() { Stop(); }

void RowRunner::SetStage(const Stage& stage, bool from_source) {
  stage_ = &stage;
  from_source_ = from_source;
}

void RowRunner::Start() {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
}

bool RowRunner::Submit(LeasedRow row, std::stop_token stop) {
  const size_t bytes = row.input.payload.size();
  {
    MutexLock lock(mutex_);
    ++inside_;
  }
  if (queue_.Push(std::move(row), bytes, std::move(stop))) return true;
  MutexLock lock(mutex_);
  --inside_;
  idle_.notify_all();
  return false;
}

void RowRunner::ParkRest(store::GiveBack why, Error reason) {
  MutexLock lock(mutex_);
  if (parking_) return;
  park_why_ = why;
  park_reason_ = std::move(reason);
  parking_ = true;
  idle_.notify_all();
}

void RowRunner::WaitIdle(std::stop_token stop) {
  MutexLock lock(mutex_);
  idle_.wait(mutex_, std::move(stop), [this]() YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) { return inside_ == 0; });
}

void RowRunner::Stop() {
  if (threads_.empty()) return;
  WaitIdle({});
  queue_.Close();
  threads_.clear();
}

void RowRunner::Work() {
  while (auto row = queue_.Pop()) Begin(std::move(*row));
}

bool RowRunner::TakeText(int64_t bytes) {
  MutexLock lock(mutex_);
  // A text larger than the whole budget passes alone, as in BoundedQueue.
  idle_.wait(mutex_, [&]() YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
    return parking_ || text_bytes_ == 0 || text_bytes_ + bytes <= options_.text_bytes_max;
  });
  text_bytes_ += bytes;
  return !parking_;
}

void RowRunner::LeaveText(int64_t bytes) {
  MutexLock lock(mutex_);
  text_bytes_ -= bytes;
  --inside_;
  idle_.notify_all();
}

void RowRunner::Begin(LeasedRow row) {
  const auto job = std::make_shared<Job>();
  job->key = row.key;
  job->lease = row.lease;
  if (parking_) {
    Error reason;
    {
      MutexLock lock(mutex_);
      reason = park_reason_;
    }
    job->task.row.row_id = row.input.row_id;
    Ended(job, StepOutcome::Parked(std::move(reason)));
    return;
  }
  auto loaded = Caught([&] { return Load(row); });
  if (!loaded) {
    writer_.Add(row.key, row.lease,
                pipeline::MakeLoadFailure(row.input.row_id, FileOf(row.input.payload), loaded.error()));
    LeaveText(0);
    return;
  }
  const auto& ready = *loaded;
  if (ready == nullptr) return LeaveText(0);
  if (ready->task.row.document) {
    ready->text_bytes = static_cast<int64_t>(ready->task.row.document->text.size());
    TakeText(ready->text_bytes);
  }
  RunFrom(ready, 0);
}

Result<std::shared_ptr<RowRunner::Job>> RowRunner::Load(LeasedRow& row) const {
  auto job = std::make_shared<Job>();
  job->key = row.key;
  job->lease = row.lease;
  pipeline::RowTask& task = job->task;
  if (from_source_) {
    YK_TRY(task.row, source_.Load(row.input.row_id, row.input.payload));
    task.values = task.row.fields;
    return job;
  }
  YK_TRY(pipeline::StageRow stage_row, pipeline::StageRowFromPayload(row.input.payload));
  if (!stage_row.source.empty() && !store::IsError(stage_row.status)) {
    YK_TRY(task.row, source_.Load(row.input.row_id, stage_row.source));
  }
  task.row.row_id = row.input.row_id;
  job->derived_from = stage_row.derived_from;
  const auto source = stage_row.output.find("_source");
  if (source != stage_row.output.end() && source->is_object()) {
    if (source->contains("file") && (*source)["file"].is_string()) task.row.file = (*source)["file"].get<std::string>();
    if (source->contains("page") && (*source)["page"].is_number()) task.row.page = (*source)["page"].get<int>();
  }
  for (const auto& [name, value] : stage_row.output.items()) {
    if (!pipeline::IsOwnKey(name)) task.values[name] = value;
  }
  task.first_values = std::move(stage_row.first_values);
  if (stage_row.output.contains("_evidence")) task.evidence = stage_row.output["_evidence"];
  if (stage_row.output.contains("_confidence")) task.confidence = stage_row.output["_confidence"];
  if (const auto found = stage_row.output.find("_conflicts"); found != stage_row.output.end() && found->is_object())
    task.conflicts = *found;
  if (stage_row.status != store::RowStatus::kOk) {
    // The stage before has decided about this row; it only keeps its place in the ledger of this one.
    task.notes.clear();
    job->task.cost = {};
    writer_.Add(row.key, row.lease,
                pipeline::MakeResult(task, pipeline::OutcomeOf(stage_row.status, stage_row.output)));
    return std::shared_ptr<Job>();
  }
  return job;
}

void RowRunner::RunFrom(const std::shared_ptr<Job>& job, size_t step) {
  if (step == stage_->steps.size()) return Ended(job, StepOutcome::Next());
  // A step answers once, by its callback or by an exception, whichever comes first.
  const auto takes_turn = [job, step](size_t next) {
    size_t expected = step;
    return job->turn.compare_exchange_strong(expected, next);
  };
  try {
    stage_->steps[step]->Process(job->task, [this, job, step, takes_turn](StepOutcome outcome) {
      const bool goes_on = outcome.kind == StepOutcome::Kind::kNext;
      if (!takes_turn(goes_on ? step + 1 : kNoTurn)) return;
      if (goes_on) return RunFrom(job, step + 1);
      Ended(job, std::move(outcome));
    });
  } catch (const std::exception& exception) {
    if (takes_turn(kNoTurn)) Ended(job, StepOutcome::End(store::RowStatus::kFailed, Unexpected(exception)));
  }
}

store::RowResult RowRunner::ResultOf(const pipeline::RowTask& task, const StepOutcome& outcome) {
  try {
    return pipeline::MakeResult(task, outcome);
  } catch (const std::exception& exception) {
    return pipeline::MakeLoadFailure(task.row.row_id, task.row.file, Unexpected(exception));
  }
}

void RowRunner::Ended(const std::shared_ptr<Job>& job, StepOutcome outcome) {
  if (outcome.kind == StepOutcome::Kind::kParked) {
    const Error reason = outcome.error.value_or(Error{Code::kUnavailable, "the row could not be asked now", {}});
    store::GiveBack why = store::GiveBack::kSnooze;
    bool tell = false;
    {
      MutexLock lock(mutex_);
      if (parking_) why = park_why_;
      tell = !told_ && !parking_;
      told_ = true;
    }
    if (tell) on_parked_(reason);
    writer_.Park(job->key, job->lease, why, reason);
  } else {
    job->task.derived_from = job->derived_from;
    writer_.Add(job->key, job->lease, ResultOf(job->task, outcome));
  }
  LeaveText(job->text_bytes);
}

}  // namespace yk::engine
