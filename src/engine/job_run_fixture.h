// SPDX-License-Identifier: Apache-2.0
// For tests: a run over numbered rows, one function as its only step, and a sink that remembers.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "engine/job_run.h"
#include "store/memory_store.h"

namespace yk::engine {

using pipeline::StepOutcome;

/// `count` rows {"n": i}.
class CountingSource final : public pipeline::Source {
 public:
  explicit CountingSource(int64_t count) : count_(count) {}
  Result<std::string> Manifest() override { return std::to_string(count_); }
  std::vector<std::string> Columns() const override { return {"n"}; }
  Result<std::vector<std::string>> Next(size_t max) override {
    if (throws_next_) throw std::runtime_error("the listing broke");
    std::vector<std::string> out;
    for (; next_ < count_ && out.size() < max; ++next_) out.push_back(Payload(next_));
    return out;
  }
  /// Of the row that cannot be read, where it is: a file inside another.
  std::string Payload(int64_t row) const {
    if (row == unreadable_) return R"({"file":"in/a.zip","member":["b.zip","c.txt"]})";
    return fmt::format("{{\"n\":{}}}", row % modulo_);
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

}  // namespace yk::engine
