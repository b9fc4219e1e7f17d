// SPDX-License-Identifier: Apache-2.0
// Stops, cancels and exceptions, wherever a run is at that moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/job_run_fixture.h"

namespace yk::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
class JobRunStopTest : public JobRunTest {};

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

TEST_F(JobRunStopTest, CancelWhileABarrierIsFedEndsTheRun) {
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

TEST_F(JobRunStopTest, AnInterruptWhileABarrierIsFedLeavesTheStageOpenAndTheNextRunFeedsItAgain) {
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

TEST_F(JobRunStopTest, AStopIsHeardWhileAChunkLargerThanTheQueueWaitsForRoom) {
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

TEST_F(JobRunStopTest, AnExceptionFailsItsRowAlone) {
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

TEST_F(JobRunStopTest, AnExceptionOfASinkOrWhileLoadingEndsTheRunWithASentence) {
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
