// SPDX-License-Identifier: Apache-2.0
#include "logs/year_course.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "logs/mine_fixture.h"

namespace yk::logs {
namespace {

/// A line every ten minutes from 27 December to 5 January.
std::string TurnOfTheYear() {
  std::string log;
  for (int day = 0; day < 10; ++day) {
    for (int minute = 0; minute < 1440; minute += 10) {
      log += fmt::format("{} {:2} {:02}:{:02}:00 web1 app[12]: handled request {}\n", day < 5 ? "Dec" : "Jan",
                         day < 5 ? 27 + day : day - 4, minute / 60, minute % 60, minute);
    }
  }
  return log;
}

std::string SpanOf(const LogSummary& summary) {
  return FormatTime(summary.first_time) + " " + FormatTime(summary.last_time);
}

LogSummary Mined(const std::string& log, MineOptions options, int year = 0) {
  options.year = 2025;
  std::vector<LogInput> inputs = {{"log", log}};
  inputs[0].year = year;
  return MineInputs(inputs, options)->summary();
}

TEST(YearCourse, TheYearGoesOnInJanuary) {
  const std::string log = TurnOfTheYear();
  for (const unsigned threads : {1U, 3U}) {
    for (const size_t chunk : {size_t{300}, size_t{8} << 20}) {
      MineOptions options;
      options.threads = threads;
      options.chunk_bytes = chunk;
      const LogSummary summary = Mined(log, options);
      EXPECT_EQ(SpanOf(summary), "2025-12-27 00:00:00 2026-01-05 23:50:00");
      EXPECT_EQ(summary.time_backward, 0u);
    }
  }
}

TEST(YearCourse, LinesOutOfOrderAroundTheTurnAreOfTheNearestYear) {
  std::string log = TurnOfTheYear();
  log.insert(log.find("Jan  1 00:10"), "Dec 31 23:59:59 web1 app[12]: handled request 1\n");
  EXPECT_EQ(SpanOf(Mined(log, {})), "2025-12-27 00:00:00 2026-01-05 23:50:00");
}

TEST(YearCourse, TheLastLineIsNotLaterThanNow) {
  MineOptions options;
  const std::string log = TurnOfTheYear();
  options.latest = Mined(log, options).last_time - Micros{40} * 86'400 * 1'000'000;
  EXPECT_EQ(SpanOf(Mined(log, options)), "2024-12-27 00:00:00 2025-01-05 23:50:00");
}

TEST(YearCourse, APartKeepsItsYear) {
  const std::string log = TurnOfTheYear();
  EXPECT_EQ(SpanOf(Mined(log.substr(log.find("Jan")), {}, 2026)), "2026-01-01 00:00:00 2026-01-05 23:50:00");
}

TEST(YearCourse, OneYearNeedsNoCourse) {
  YearCourse course(2025);
  course.Add(0, 0, 2025);
  course.Add(10, Micros{30} * 86'400 * 1'000'000, 2025);
  course.Settle();
  EXPECT_FALSE(course.turns());
  EXPECT_EQ(course.YearAt(5), 2025);
}

}  // namespace
}  // namespace yk::logs
