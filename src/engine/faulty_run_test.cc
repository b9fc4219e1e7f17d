// SPDX-License-Identifier: Apache-2.0
// A whole run over a store that breaks at every Nth call, before or after the call took effect. Whatever breaks, the
// run ends with a sentence or goes on, and a second run over the healed store leaves each row exactly once, in the
// store and in the sink.
#include <gtest/gtest.h>

#include <atomic>

#include "engine/job_run.h"
#include "sqlite/sqlite_store.h"
#include "store/memory_store.h"
#include "testing/faulty_store.h"
#include "testing/temp_dir.h"

namespace yk::engine {
namespace {

using testing::FaultyStore;

constexpr int64_t kRows = 40;

class NumberSource final : public pipeline::Source {
 public:
  Result<std::string> Manifest() override { return std::string("numbers"); }
  std::vector<std::string> Columns() const override { return {"n"}; }
  Result<std::vector<std::string>> Next(size_t max) override {
    std::vector<std::string> out;
    for (; next_ < kRows && out.size() < std::min<size_t>(max, 16); ++next_) out.push_back(std::to_string(next_));
    return out;
  }
  Result<void> Skip(int64_t rows) override {
    next_ = rows;
    return {};
  }
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override {
    pipeline::Row row;
    row.row_id = row_id;
    row.fields["n"] = payload;
    return row;
  }

 private:
  int64_t next_ = 0;
};

class CountingStep final : public pipeline::Step {
 public:
  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }
  void Process(pipeline::RowTask&, pipeline::StepDone done) override { done(pipeline::StepOutcome::Next()); }
};

/// A file in memory: what stays behind the last flushed cursor may be anything and is cut by Open.
class FileSink final : public pipeline::Sink {
 public:
  explicit FileSink(std::vector<int64_t>& rows) : rows_(rows) {}
  std::string Name() const override { return "file"; }
  Result<void> Open(const std::optional<store::DeliveryCursor>& resume) override {
    rows_.resize(resume ? static_cast<size_t>(resume->next_row) : 0);
    return {};
  }
  Result<void> Write(std::span<const store::RowResult> rows) override {
    for (const auto& row : rows) rows_.push_back(row.row_id);
    return {};
  }
  Result<store::DeliveryCursor> Flush() override {
    return store::DeliveryCursor{static_cast<int64_t>(rows_.size()), 0, 0, ""};
  }
  Result<void> Close(const Json&) override { return {}; }

 private:
  std::vector<int64_t>& rows_;
};

RunPlan Plan(std::vector<int64_t>& delivered) {
  RunPlan plan;
  plan.spec.name = "faulty";
  plan.spec.run.chunk_rows = 8;
  plan.source = std::make_unique<NumberSource>();
  plan.stages.emplace_back();
  plan.stages[0].steps.push_back(std::make_unique<CountingStep>());
  plan.sinks.push_back(std::make_unique<FileSink>(delivered));
  return plan;
}

store::JobRecord Create(store::JobStore& store) {
  store::NewJob job;
  job.name = "faulty";
  job.idem_key = "faulty";
  auto made = store.Create(job);
  EXPECT_TRUE(made);
  return *made;
}

/// How many store calls an unbroken run makes, about: it polls, so the number varies.
int64_t CallsOfAWholeRun(const Clock& clock) {
  store::MemoryStore memory(clock);
  FaultyStore whole({memory, memory, memory}, {});
  std::vector<int64_t> delivered;
  RunPlan plan = Plan(delivered);
  JobRun run(plan, Create(memory), {whole, whole}, clock, {}, {});
  EXPECT_TRUE(run.Run({}));
  return std::min<int64_t>(whole.calls(), 60);
}

class FaultyRun : public ::testing::TestWithParam<FaultyStore::Fault> {};

TEST_P(FaultyRun, EveryBrokenCallLeavesEachRowExactlyOnce) {
  const SystemClock clock;
  const int64_t calls = CallsOfAWholeRun(clock);
  int broken_runs = 0;
  for (int64_t at = 1; at <= calls; ++at) {
    store::MemoryStore memory(clock);
    const store::JobRecord job = Create(memory);
    std::vector<int64_t> delivered;
    FaultyStore faulty({memory, memory, memory}, {.fault = GetParam(), .at = at});
    {
      RunPlan plan = Plan(delivered);
      JobRun run(plan, job, {faulty, faulty}, clock, {}, {});
      broken_runs += run.Run({}) ? 0 : 1;
    }
    const auto rescued = memory.Rescue(true);  // as a new process does
    ASSERT_TRUE(rescued);
    if (!store::IsFinal(memory.Get(job.id)->state)) {
      RunPlan plan = Plan(delivered);
      RunOptions options;
      options.deliver_anew = false;
      JobRun run(plan, job, {memory, memory}, clock, options, {});
      const auto report = run.Run({});
      ASSERT_TRUE(report) << "call " << at << ": " << report.error().ToString();
      ASSERT_EQ(report->end, RunEnd::kFinished) << "call " << at;
    }
    const auto ledger = memory.Count(job.id);
    ASSERT_TRUE(ledger);
    EXPECT_EQ(ledger->at(0).ok, kRows) << "call " << at;
    EXPECT_TRUE(ledger->at(0).Balanced()) << "call " << at;
    ASSERT_EQ(delivered.size(), static_cast<size_t>(kRows)) << "call " << at;
    for (int64_t row = 0; row < kRows; ++row) EXPECT_EQ(delivered[row], row) << "call " << at;
  }
  EXPECT_GT(broken_runs, 3) << "the faults were not felt";
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfter, FaultyRun,
                         ::testing::Values(FaultyStore::Fault::kFailBefore, FaultyStore::Fault::kFailAfter));

}  // namespace
}  // namespace yk::engine
