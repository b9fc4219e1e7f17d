// SPDX-License-Identifier: Apache-2.0
#include "incidents/time_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "incidents/evidence.h"
#include "text/charset.h"

namespace yk::incidents {
namespace {

using testing::HasSubstr;

/// The times of a log that ends 2026-03-02 18:00.
logs::LogSummary Ends() {
  logs::LogSummary log;
  log.last_time = (20514LL * 86400 + 18 * 3600) * 1'000'000;
  log.first_time = log.last_time - 3 * 86400LL * 1'000'000;
  return log;
}

std::string Parsed(std::string_view text) {
  const auto moment = ParseMoment(text, Ends());
  return moment ? logs::FormatTime(*moment) : "error";
}

TEST(TimeWindow, MomentsAreReadAsPeopleWriteThem) {
  EXPECT_EQ(Parsed("2026-03-01 10:42"), "2026-03-01 10:42:00");
  EXPECT_EQ(Parsed("2026-03-01T10:42:07"), "2026-03-01 10:42:07");
  EXPECT_EQ(Parsed("2026/03/01"), "2026-03-01 00:00:00");
  EXPECT_EQ(Parsed("10:42"), "2026-03-02 10:42:00");
  EXPECT_EQ(Parsed("90m"), "2026-03-02 16:30:00");
  EXPECT_EQ(Parsed("2d"), "2026-02-28 18:00:00");
  for (const char* wrong : {"", "x", "2026-13-01", "10:99", "2026-03-01 1042", "-2h", "2026-03-01 10:42 x"}) {
    EXPECT_EQ(Parsed(wrong), "error") << wrong;
  }
}

TEST(TimeWindow, WithoutTimesOnlyADateCanBeRead) {
  EXPECT_THAT(ParseMoment("2h", logs::LogSummary{}).error().message, HasSubstr("no times"));
}

TEST(TimeWindow, ACutHoldsTheLinesOfItsTimeAndWhatBelongsToThem) {
  const std::string text =
      "2026-03-02 10:00:00 ERROR a: one failed\n"
      "\tat x.y.Z.run(Z.java:1)\n"
      "2026-03-02 10:05:00 ERROR a: two failed\n"
      "\tat x.y.Z.run(Z.java:2)\n"
      "\tat x.y.Z.call(Z.java:3)\n"
      "2026-03-02 10:10:00 ERROR a: three failed\n";
  const std::vector<logs::LogInput> inputs = {{"a.log", text}};
  logs::MineOptions options;
  options.header = "<Date> <Time> <Level> <Component>: <Content>";
  const auto mined = logs::Mine(inputs, options);
  ASSERT_TRUE(mined);
  const logs::Micros begin = (*mined)->summary().first_time;
  const auto pieces = CutTime(**mined, inputs, begin + 60'000'000, begin + 600'000'000);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].lines_before, 2u);
  EXPECT_TRUE(pieces[0].bytes.bytes.starts_with("2026-03-02 10:05:00"));
  EXPECT_TRUE(pieces[0].bytes.bytes.ends_with("Z.java:3)\n"));
  EXPECT_TRUE(CutTime(**mined, inputs, begin + 3'600'000'000, logs::kNoTime).empty());
}

TEST(TimeWindow, ACutKeepsItsCharset) {
  std::string text;
  for (int i = 10; i < 60; ++i) text += "2026-03-02 10:" + std::to_string(i) + ":00 情報 受注: 注文を受け付けました\n";
  const auto encoded = text::EncodeAs(text, "UTF-16LE");
  ASSERT_TRUE(encoded);
  const std::string bytes = "\xFF\xFE" + *encoded;
  const std::vector<logs::LogInput> inputs = {{"a.log", bytes}};
  const auto mined = logs::Mine(inputs, {});
  ASSERT_TRUE(mined);
  const auto pieces = CutTime(**mined, inputs, (*mined)->summary().first_time + 600'000'000, logs::kNoTime);
  ASSERT_EQ(pieces.size(), 1u);
  const std::vector<logs::LogInput> part = {pieces[0].bytes};
  const auto again = logs::Mine(part, {});
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->summary().charsets[0], "UTF-16LE");
  EXPECT_EQ((*again)->summary().lines, 40u);
  EXPECT_EQ((*again)->summary().with_nul, 0u);
  EXPECT_NE((*again)->summary().first_time, logs::kNoTime);
}

TEST(AddEvidence, SlowAnswersAreShownByLinesOfTheSlowHour) {
  std::string text;
  for (int minute = 0; minute < 1440; ++minute) {
    for (int i = 0; i < 4; ++i) {
      const bool slow = minute >= 900 && minute < 1000;
      text += "2026-03-02 " + logs::FormatTime(minute * 60'000'000LL + i * 10'000'000LL).substr(11) +
              " INFO web: answered in " + std::to_string((slow ? 900 : 20) + (minute * 7 + i * 3) % 17) + " ms\n";
    }
  }
  const std::vector<logs::LogInput> inputs = {{"a.log", text}};
  logs::MineOptions options;
  options.header = "<Date> <Time> <Level> <Component>: <Content>";
  const auto mined = logs::Mine(inputs, options);
  ASSERT_TRUE(mined);
  Findings findings = FindIncidents((*mined)->summary());
  ASSERT_EQ(findings.incidents.size(), 1u);
  AddEvidence(**mined, inputs, &findings);
  const Incident& card = findings.incidents[0];
  EXPECT_EQ(card.kind, SignalKind::kShift);
  ASSERT_EQ(card.evidence.size(), 2u);
  EXPECT_EQ(card.first_line, 3601u);
  EXPECT_THAT(card.evidence[0].text, HasSubstr("15:00:00 INFO web: answered in 9"));
}

}  // namespace
}  // namespace yk::incidents
