// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/job_run_fixture.h"

namespace yk::engine {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

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
  EXPECT_THAT(delivered_.rows.at(3).output, HasSubstr(R"("file":"in/a.zip/b.zip/c.txt")"));
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
    if (task.row.row_id == 100) {
      EXPECT_TRUE(store_.Act(job.id, store::Control::kCancel));
    }
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

}  // namespace
}  // namespace yk::engine
