// SPDX-License-Identifier: Apache-2.0
#include "app/run_summary.h"

#include <gmock/gmock.h>

#include "app/progress_reporter.h"
#include "store/memory_store.h"
#include "testing/fake_clock.h"

namespace yk::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RunSummary Summary(engine::RunEnd end, int64_t failed = 0, int64_t quarantined = 0) {
  RunSummary summary;
  summary.job.name = "bills";
  summary.handle = summary.job.name;
  store::Ledger ledger;
  ledger.rows = 10;
  ledger.failed = failed;
  ledger.quarantined = quarantined;
  ledger.ok = 10 - failed - quarantined;
  summary.ledgers = {ledger};
  summary.end = end;
  return summary;
}

TEST(ExitCode, SaysHowTheRunEnded) {
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kFinished)), 0);
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kFinished, 1)), 3);
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kFinished, 0, 1)), 3);
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kPaused)), 4);
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kPaused, 1)), 4);
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kCancelled)), 4);
  EXPECT_EQ(ExitCode(Summary(engine::RunEnd::kInterrupted)), 130);
}

TEST(ExitCode, CountsTheLastStageOnly) {
  RunSummary summary = Summary(engine::RunEnd::kFinished, 2);
  summary.ledgers.push_back(Summary(engine::RunEnd::kFinished).ledgers[0]);
  EXPECT_EQ(ExitCode(summary), 0);
}

class PrintSummaryTest : public ::testing::Test {
 protected:
  std::string Printed(const RunSummary& summary, bool json = false) {
    ::testing::internal::CaptureStdout();
    PrintSummary(summary, json, store_);
    return ::testing::internal::GetCapturedStdout();
  }
  yk::testing::FakeClock clock_;
  store::MemoryStore store_{clock_};
};

TEST_F(PrintSummaryTest, NamesCallsAndFiles) {
  RunSummary summary = Summary(engine::RunEnd::kFinished);
  summary.stats.calls = 1234;
  summary.outputs = {"jsonl:out/a.jsonl"};
  EXPECT_THAT(Printed(summary),
              AllOf(HasSubstr("model calls: 1234\n"), HasSubstr("wrote out/a.jsonl\n"), Not(HasSubstr("retry"))));
}

TEST_F(PrintSummaryTest, TellsOfTheStageThatWasReached) {
  RunSummary summary = Summary(engine::RunEnd::kInterrupted);
  summary.ledgers[0].ok = 6;
  summary.ledgers[0].pending = 4;
  summary.ledgers.emplace_back();
  EXPECT_THAT(Printed(summary), HasSubstr("rows: 10  ok 6  waiting 4\n"));
}

TEST_F(PrintSummaryTest, SaysHowToGoOn) {
  RunSummary paused = Summary(engine::RunEnd::kPaused);
  paused.reason = "nobody answers";
  paused.outputs = {"jsonl:out/a.jsonl"};
  EXPECT_THAT(Printed(paused),
              AllOf(HasSubstr("nobody answers"), HasSubstr("yakan resume bills"), Not(HasSubstr("wrote"))));
  EXPECT_THAT(Printed(Summary(engine::RunEnd::kFinished, 1)), HasSubstr("yakan retry bills"));
}

TEST_F(PrintSummaryTest, JsonIsOneObject) {
  const auto parsed = ParseJson(Printed(Summary(engine::RunEnd::kFinished, 1), true));
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)["rows"]["failed"], 1);
  EXPECT_EQ((*parsed)["end"], "finished");
}

TEST(Thousands, GroupsDigits) {
  EXPECT_EQ(Thousands(0), "0");
  EXPECT_EQ(Thousands(999), "999");
  EXPECT_EQ(Thousands(1234567), "1,234,567");
  EXPECT_EQ(Thousands(-1234), "-1,234");
  EXPECT_EQ(Thousands(-123), "-123");
}

TEST(HumanTime, ReadsAsPeopleSayIt) {
  EXPECT_EQ(HumanTime(std::chrono::milliseconds(420)), "0.4 s");
  EXPECT_EQ(HumanTime(std::chrono::seconds(3)), "3 s");
  EXPECT_EQ(HumanTime(std::chrono::seconds(200)), "3 min 20 s");
  EXPECT_EQ(HumanTime(std::chrono::minutes(125)), "2 h 05 min");
}

TEST(FitColumns, CutsWholeCharacters) {
  EXPECT_EQ(FitColumns("abcdef", 3), "abc");
  EXPECT_EQ(FitColumns("契約書", 5), "契約");
  EXPECT_EQ(FitColumns("契約書", 6), "契約書");
  EXPECT_EQ(FitColumns("", 5), "");
}

}  // namespace
}  // namespace yk::app
