// SPDX-License-Identifier: Apache-2.0
#include "engine/job_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "store/memory_store.h"

namespace yk::engine {
namespace {

using pipeline::StepOutcome;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// `count` rows {"n": i}.
class CountingSource final : public pipeline::Source {
 public:
  explicit CountingSource(int64_t count) : count_(count) {}
  Result<std::string> Manifest() override { return std::to_string(count_); }
  std::vector<std::string> Columns() const override { return {"n"}; }
  Result<std::vector<std::string>> Next(size_t max) override {
    if (throws_next_) throw std::runtime_error("the listing broke");
    std::vector<std::string> out;
    for (; next_ < count_ && out.size() < max; ++next_) out.push_back(fmt::format("{{\"n\":{}}}", next_ % modulo_));
    return out;
  }
  Result<void> Skip(int64_t rows) override {
    next_ = rows;
    return {};
  }
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override {
    if (row_id == throws_) throw std::runtime_error("the source broke");
    if (row_id == unreadable_) return Fail(Code::kInvalid, "row {} cannot be read", row_id);
    pipeline::Row row;
    row.row_id = row_id;
    YK_TRY(row.fields, ParseJson(payload));
    return row;
  }
  int64_t count_, next_ = 0, unreadable_ = -1, throws_ = -1, modulo_ = INT64_MAX;
  bool throws_next_ = false;
};

/// Calls a function for each row and counts how often each was processed.
class FunctionStep final : public pipeline::Step {
 public:
  using Body = std::function<StepOutcome(pipeline::RowTask&)>;
  explicit FunctionStep(Body body) : body_(std::move(body)) {}
  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }
  void Process(pipeline::RowTask& task, pipeline::StepDone done) override { done(body_(task)); }

 private:
  Body body_;
};

/// What a sink was given, kept over runs like a file.
struct Delivered {
  std::vector<store::RowResult> rows;
  int closed = 0;
  bool throws = false;
};
class RecordingSink final : public pipeline::Sink {
 public:
  explicit RecordingSink(Delivered& out) : out_(out) {}
  std::string Name() const override { return "recording"; }
  Result<void> Open(const std::optional<store::DeliveryCursor>& resume) override {
    out_.rows.resize(resume ? static_cast<size_t>(resume->next_row) : 0);
    return {};
  }
  Result<void> Write(std::span<const store::RowResult> rows) override {
    if (out_.throws) throw std::runtime_error("the sink broke");
    out_.rows.insert(out_.rows.end(), rows.begin(), rows.end());
    return {};
  }
  Result<store::DeliveryCursor> Flush() override {
    store::DeliveryCursor cursor;
    cursor.next_row = static_cast<int64_t>(out_.rows.size());
    return cursor;
  }
  Result<void> Close(const Json&) override {
    ++out_.closed;
    return {};
  }

 private:
  Delivered& out_;
};

class JobRunTest : public ::testing::Test {
 protected:
  RunPlan Plan(int64_t rows, FunctionStep::Body body) {
    RunPlan plan;
    plan.spec.name = "test";
    plan.spec.run.chunk_rows = 16;
    plan.source = std::make_unique<CountingSource>(rows);
    plan.stages.emplace_back();
    plan.stages[0].steps.push_back(std::make_unique<FunctionStep>(std::move(body)));
    plan.sinks.push_back(std::make_unique<RecordingSink>(delivered_));
    return plan;
  }

  store::JobRecord Create(int stages = 1) {
    store::NewJob job;
    job.name = "test";
    job.idem_key = "key";
    job.spec_hash = "hash";
    job.stages = stages;
    auto made = store_.Create(job);
    EXPECT_TRUE(made) << made.error().ToString();
    return *made;
  }

  RunReport Run(RunPlan& plan, const store::JobRecord& job, std::stop_token stop = {}, bool anew = true) {
    RunOptions options;
    options.deliver_anew = anew;
    options.rows_window = 64;  // a run that is stopped has at most so many rows left to finish
    JobRun run(plan, job, {store_, store_}, clock_, options, {});
    auto report = run.Run(stop);
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? *report : RunReport{};
  }

  SystemClock clock_;
  store::MemoryStore store_{clock_};
  Delivered delivered_;
};

TEST_F(JobRunTest, EveryRowEndsOnceAndIsDeliveredInOrder) {
  auto plan = Plan(1000, [](pipeline::RowTask& task) {
    task.values["twice"] = task.values["n"].get<int64_t>() * 2;
    return StepOutcome::Next();
  });
  const RunReport report = Run(plan, Create());
  EXPECT_EQ(report.end, RunEnd::kFinished);
  EXPECT_EQ(report.ledgers.at(0).ok, 1000);
  EXPECT_TRUE(report.ledgers.at(0).Balanced());
  ASSERT_THAT(delivered_.rows, SizeIs(1000));
  for (int64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(delivered_.rows[i].row_id, i);
    EXPECT_THAT(delivered_.rows[i].output, HasSubstr(fmt::format("\"twice\":{}", 2 * i)));
  }
  EXPECT_EQ(delivered_.closed, 1);
}

TEST_F(JobRunTest, ABadRowFailsAloneWithItsReason) {
  auto plan = Plan(40, [](pipeline::RowTask& task) {
    if (task.row.row_id == 7)
      return StepOutcome::End(store::RowStatus::kQuarantined, {Code::kInvalid, "poison", {}}, "invalid");
    if (task.row.row_id == 8) return StepOutcome::Filtered();
    return StepOutcome::Next();
  });
  static_cast<CountingSource&>(*plan.source).unreadable_ = 3;
  const RunReport report = Run(plan, Create());
  const store::Ledger& ledger = report.ledgers.at(0);
  EXPECT_EQ(std::tuple(ledger.ok, ledger.failed, ledger.quarantined, ledger.filtered), std::tuple(37, 1, 1, 1));
  EXPECT_THAT(delivered_.rows.at(3).output, HasSubstr("row 3 cannot be read"));
  EXPECT_THAT(delivered_.rows.at(7).output, HasSubstr("poison"));
}

TEST_F(JobRunTest, AnInterruptedRunGoesOnWithoutDoingARowTwice) {
  std::mutex mutex;
  std::multiset<int64_t> processed;
  std::stop_source stop;
  const auto body = [&](pipeline::RowTask& task) {
    const std::lock_guard lock(mutex);
    processed.insert(task.row.row_id);
    if (processed.size() == 300) stop.request_stop();
    return StepOutcome::Next();
  };
  const store::JobRecord job = Create();
  auto first = Plan(2000, body);
  EXPECT_EQ(Run(first, job, stop.get_token()).end, RunEnd::kInterrupted);
  EXPECT_LT(processed.size(), 2000u);
  EXPECT_EQ(delivered_.closed, 0);

  auto second = Plan(2000, body);
  const RunReport report = Run(second, job, {}, false);
  EXPECT_EQ(report.end, RunEnd::kFinished);
  EXPECT_EQ(report.ledgers.at(0).ok, 2000);
  EXPECT_EQ(processed.size(), 2000u) << "a row whose result was known ran again";
  ASSERT_THAT(delivered_.rows, SizeIs(2000));
  for (int64_t i = 0; i < 2000; ++i) EXPECT_EQ(delivered_.rows[i].row_id, i);
}

TEST_F(JobRunTest, AParkedRowPausesTheRunAndIsDoneAfterResume) {
  std::atomic<bool> down{true};
  const auto body = [&](pipeline::RowTask&) {
    return down ? StepOutcome::Parked({Code::kUnavailable, "the endpoint does not answer", {}}) : StepOutcome::Next();
  };
  const store::JobRecord job = Create();
  auto first = Plan(100, body);
  const RunReport paused = Run(first, job);
  EXPECT_EQ(paused.end, RunEnd::kPaused);
  EXPECT_THAT(paused.reason, HasSubstr("does not answer"));
  EXPECT_EQ(store_.Get(job.id)->state, store::JobState::kPaused);

  down = false;
  ASSERT_TRUE(store_.Act(job.id, store::Control::kResume));
  auto second = Plan(100, body);
  const RunReport report = Run(second, job, {}, false);
  EXPECT_EQ(report.end, RunEnd::kFinished);
  EXPECT_EQ(report.ledgers.at(0).ok, 100);
  EXPECT_THAT(delivered_.rows, SizeIs(100));
}

TEST_F(JobRunTest, CancelFromOutsideEndsTheRun) {
  const store::JobRecord job = Create();
  auto plan = Plan(100000, [&](pipeline::RowTask& task) {
    if (task.row.row_id == 100) EXPECT_TRUE(store_.Act(job.id, store::Control::kCancel));
    return StepOutcome::Next();
  });
  EXPECT_EQ(Run(plan, job).end, RunEnd::kCancelled);
  EXPECT_EQ(store_.Get(job.id)->state, store::JobState::kCancelled);
}

TEST_F(JobRunTest, RetryRunsOnlyTheFailedRowsAgain) {
  std::atomic<int> runs{0};
  std::atomic<bool> broken{true};
  const auto body = [&](pipeline::RowTask& task) {
    ++runs;
    if (broken && task.row.row_id % 10 == 0)
      return StepOutcome::End(store::RowStatus::kFailed, {Code::kUnavailable, "later", {}});
    return StepOutcome::Next();
  };
  const store::JobRecord job = Create();
  auto first = Plan(100, body);
  EXPECT_EQ(Run(first, job).ledgers.at(0).failed, 10);
  broken = false;
  runs = 0;
  ASSERT_TRUE(store_.Act(job.id, store::Control::kRetryFailed));
  auto second = Plan(100, body);
  const RunReport report = Run(second, job, {}, true);
  EXPECT_EQ(runs, 10);
  EXPECT_EQ(report.ledgers.at(0).ok, 100);
  EXPECT_THAT(delivered_.rows, SizeIs(100));
}

/// Passes rows on and marks the second of each pair as derived from the first.
class PairBarrier final : public pipeline::Barrier {
 public:
  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }
  Result<void> Add(pipeline::StageRow row, const pipeline::BarrierIo& io) override {
    if (row.row_id % 2 == 1) {
      YK_TRY(const pipeline::StageRow first, io.fetch(row.row_id - 1));
      row.output["n"] = first.output["n"];
      row.derived_from = row.row_id - 1;
    }
    return io.emit(std::move(row));
  }
  Result<void> End(const pipeline::BarrierIo&) override { return {}; }
};

/// Passes rows on and says so.
class CallingBarrier final : public pipeline::Barrier {
 public:
  explicit CallingBarrier(std::function<void(const pipeline::StageRow&)> call) : call_(std::move(call)) {}
  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }
  Result<void> Add(pipeline::StageRow row, const pipeline::BarrierIo& io) override {
    call_(row);
    return io.emit(std::move(row));
  }
  Result<void> End(const pipeline::BarrierIo&) override { return {}; }

 private:
  std::function<void(const pipeline::StageRow&)> call_;
};

TEST_F(JobRunTest, ABarrierSeesEveryRowBeforeTheNextStageBegins) {
  std::atomic<int> before{0};
  std::atomic<int> seen_at_start{-1};
  auto plan = Plan(300, [&](pipeline::RowTask&) {
    ++before;
    return StepOutcome::Next();
  });
  plan.stages.emplace_back();
  plan.stages[1].barrier = std::make_unique<PairBarrier>();
  plan.stages[1].steps.push_back(std::make_unique<FunctionStep>([&](pipeline::RowTask&) {
    int expected = -1;
    seen_at_start.compare_exchange_strong(expected, before.load());
    return StepOutcome::Next();
  }));
  const RunReport report = Run(plan, Create(2));
  EXPECT_EQ(seen_at_start, 300);
  EXPECT_EQ(report.ledgers.at(1).ok, 300);
  ASSERT_THAT(delivered_.rows, SizeIs(300));
  EXPECT_THAT(delivered_.rows[5].output, HasSubstr("\"_derived_from\":4"));
  EXPECT_THAT(delivered_.rows[5].output, HasSubstr("\"n\":4"));
}

TEST_F(JobRunTest, CancelWhileABarrierIsFedEndsTheRun) {
  const store::JobRecord job = Create(2);
  auto plan = Plan(300, [](pipeline::RowTask&) { return StepOutcome::Next(); });
  plan.stages.emplace_back();
  plan.stages[1].barrier = std::make_unique<CallingBarrier>([&](const pipeline::StageRow& row) {
    if (row.row_id == 100) {
      EXPECT_TRUE(store_.Act(job.id, store::Control::kCancel));
    }
  });
  EXPECT_EQ(Run(plan, job).end, RunEnd::kCancelled);
  EXPECT_EQ(store_.Get(job.id)->state, store::JobState::kCancelled);
}

TEST_F(JobRunTest, AnInterruptWhileABarrierIsFedLeavesTheStageOpenAndTheNextRunFeedsItAgain) {
  const store::JobRecord job = Create(2);
  std::stop_source stop;
  const auto plan_for = [&](std::function<void(const pipeline::StageRow&)> call) {
    auto plan = Plan(300, [](pipeline::RowTask&) { return StepOutcome::Next(); });
    plan.stages.emplace_back();
    plan.stages[1].barrier = std::make_unique<CallingBarrier>(std::move(call));
    return plan;
  };
  auto first = plan_for([&](const pipeline::StageRow& row) {
    if (row.row_id == 100) stop.request_stop();
  });
  const RunReport interrupted = Run(first, job, stop.get_token());
  EXPECT_EQ(interrupted.end, RunEnd::kInterrupted);
  EXPECT_FALSE(interrupted.ledgers.at(1).loaded);
  auto second = plan_for([](const pipeline::StageRow&) {});
  EXPECT_EQ(Run(second, job, {}, false).ledgers.at(1).ok, 300);
  EXPECT_THAT(delivered_.rows, SizeIs(300));
}

/// Holds every row back until the run gives up on it, as questions on their way do.
class HoldingStep final : public pipeline::Step {
 public:
  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }
  void Process(pipeline::RowTask&, pipeline::StepDone done) override {
    began_ = true;
    began_.notify_all();
    released_.wait(false);
    done(StepOutcome::Parked({Code::kCancelled, "the run is stopping", {}}));
  }
  void WaitForARow() { began_.wait(false); }
  void Release() {
    released_ = true;
    released_.notify_all();
  }

 private:
  std::atomic<bool> began_{false}, released_{false};
};

TEST_F(JobRunTest, AStopIsHeardWhileAChunkLargerThanTheQueueWaitsForRoom) {
  for (const bool by_pause : {false, true}) {
    SCOPED_TRACE(by_pause ? "pause" : "interrupt");
    store::MemoryStore store(clock_);
    store::NewJob made;
    made.idem_key = "large";
    const store::JobRecord job = store.Create(made).value();
    auto plan = Plan(0, [](pipeline::RowTask&) { return StepOutcome::Next(); });
    plan.source = std::make_unique<CountingSource>(20000);
    plan.spec.run.chunk_rows = 20000;
    auto step = std::make_unique<HoldingStep>();
    HoldingStep& holding = *step;
    plan.stages[0].steps[0] = std::move(step);
    std::stop_source stop;
    JobRun::Hooks hooks;
    hooks.cancel_models = [&] { holding.Release(); };
    JobRun run(plan, job, {store, store}, clock_, {}, std::move(hooks));
    std::jthread user([&] {
      holding.WaitForARow();
      if (by_pause) {
        EXPECT_TRUE(store.Act(job.id, store::Control::kPause));
      } else {
        stop.request_stop();
      }
    });
    const auto report = run.Run(stop.get_token());
    ASSERT_TRUE(report) << report.error().ToString();
    EXPECT_EQ(report->end, by_pause ? RunEnd::kPaused : RunEnd::kInterrupted);
    EXPECT_EQ(report->ledgers.at(0).pending, 20000);
  }
}

TEST_F(JobRunTest, AnExceptionFailsItsRowAlone) {
  auto plan = Plan(40, [](pipeline::RowTask& task) -> StepOutcome {
    if (task.row.row_id == 7) throw std::runtime_error("a step broke");
    return StepOutcome::Next();
  });
  plan.stages[0].steps.push_back(std::make_unique<FunctionStep>([](pipeline::RowTask& task) -> StepOutcome {
    if (task.row.row_id == 9) throw std::runtime_error("a later step broke");
    return StepOutcome::Next();
  }));
  static_cast<CountingSource&>(*plan.source).throws_ = 8;
  const RunReport report = Run(plan, Create());
  EXPECT_EQ(report.ledgers.at(0).ok, 37);
  EXPECT_EQ(report.ledgers.at(0).failed, 3);
  EXPECT_THAT(delivered_.rows.at(7).output, HasSubstr("a step broke"));
  EXPECT_THAT(delivered_.rows.at(7).output, HasSubstr("internal"));
  EXPECT_THAT(delivered_.rows.at(8).output, HasSubstr("the source broke"));
  EXPECT_THAT(delivered_.rows.at(9).output, HasSubstr("a later step broke"));
}

TEST_F(JobRunTest, AnExceptionOfASinkOrWhileLoadingEndsTheRunWithASentence) {
  const auto error_of = [&](bool sink) {
    store::MemoryStore store(clock_);
    store::NewJob made;
    made.idem_key = "throws";
    const store::JobRecord job = store.Create(made).value();
    auto plan = Plan(40, [](pipeline::RowTask&) { return StepOutcome::Next(); });
    if (sink) {
      delivered_.throws = true;
    } else {
      static_cast<CountingSource&>(*plan.source).throws_next_ = true;
    }
    JobRun run(plan, job, {store, store}, clock_, {}, {});
    const auto report = run.Run({});
    delivered_.throws = false;
    return report ? std::string() : report.error().ToString();
  };
  EXPECT_THAT(error_of(true), HasSubstr("the sink broke"));
  EXPECT_THAT(error_of(false), HasSubstr("loading inputs: an unexpected fault: the listing broke"));
}

}  // namespace
}  // namespace yk::engine
