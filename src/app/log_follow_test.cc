// SPDX-License-Identifier: Apache-2.0
#include "app/log_follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

#include "testing/temp_dir.h"

namespace yk::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::yk::testing::TempDir;

/// Each time the follower sleeps the next thing happens; after the last one it is stopped.
class Script final : public Clock {
 public:
  explicit Script(std::vector<std::function<void()>> acts) : acts_(std::move(acts)) {}
  MonoTime Now() const override { return {}; }
  WallTime WallNow() const override { return {}; }
  bool SleepUntil(MonoTime, std::stop_token) const override {
    if (next_ >= acts_.size()) return false;
    acts_[next_++]();
    return true;
  }

 private:
  const std::vector<std::function<void()>> acts_;
  mutable size_t next_ = 0;
};

std::string Day(int from, int to, bool trouble) {
  std::string text;
  for (int minute = from; minute < to; ++minute) {
    const std::string at = logs::FormatTime(minute * 60'000'000LL);
    text += at + " INFO web: served " + std::to_string(minute % 7) + "\n" + at + " INFO web: served 4\n";
    if (trouble) text += at + " ERROR db: no connection " + std::to_string(minute) + "\n";
  }
  return text;
}

std::string Follow(const TempDir& dir, std::vector<std::function<void()>> acts, Result<int>* end = nullptr) {
  const Script clock(std::move(acts));
  const CommandContext context{clock, {}, "", false};
  LogsCommand command;
  command.files = {"a.log"};
  sources::LogAnalysisOptions options;
  options.patterns = command.files;
  options.files.base_dir = dir.path();
  ::testing::internal::CaptureStdout();
  const Result<int> code = FollowLog(context, command, options);
  std::fflush(stdout);
  std::string out = ::testing::internal::GetCapturedStdout();
  if (end != nullptr) {
    *end = code;
  } else {
    EXPECT_TRUE(code) << code.error().ToString();
  }
  return out;
}

TEST(FollowLogTest, TellsAnIncidentOnceWhenItAppears) {
  TempDir dir;
  const auto path = dir.Write("a.log", Day(0, 300, false));
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const std::string out =
      Follow(dir, {[] {}, [&] { append(Day(300, 310, true)); }, [&] { append(Day(310, 320, true)); }});
  EXPECT_THAT(out, HasSubstr("Nothing stands out"));
  const size_t told = out.find("no connection <*>");
  ASSERT_NE(told, std::string::npos);
  EXPECT_EQ(out.find("no connection <*>", told + 1), std::string::npos);
}

size_t Times(const std::string& text, const std::string& part) {
  size_t times = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

TEST(FollowLogTest, TellsAnIncidentAgainWhenItComesBackAfterAQuietTime) {
  TempDir dir;
  const auto path = dir.Write("a.log", Day(0, 300, false));
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const std::string out = Follow(dir, {[&] { append(Day(300, 310, true)); }, [&] { append(Day(310, 312, true)); },
                                       [&] { append(Day(312, 360, false)); }, [&] { append(Day(360, 370, true)); },
                                       [&] { append(Day(370, 375, true)); }});
  EXPECT_EQ(Times(out, "no connection <*>"), 2u) << out;
}

TEST(FollowLogTest, TellsTwoIncidentsOfOneTemplateOnceEach) {
  TempDir dir;
  // Twice a number of one kind of line goes up, a different one each time.
  const auto day = [](int from, int to) {
    std::string text;
    for (int minute = from; minute < to; ++minute) {
      for (int second = 0; second < 60; second += 5) {
        const int took = (minute >= 100 && minute < 130 ? 900 : 30) + (minute + second) % 7;
        const int waited = (minute >= 400 && minute < 430 ? 700 : 20) + (minute + second / 5) % 6;
        text += fmt::format("{} INFO api: answered took={} wait={}\n",
                            logs::FormatTime((minute * 60 + second) * 1'000'000LL), took, waited);
      }
    }
    return text;
  };
  const auto path = dir.Write("a.log", day(0, 5));
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const std::string out =
      Follow(dir, {[&] { append(day(5, 700)); }, [&] { append(day(700, 705)); }, [&] { append(day(705, 710)); }});
  EXPECT_EQ(Times(out, "took is about"), 1u) << out;
  EXPECT_EQ(Times(out, "wait is about"), 1u) << out;
}

TEST(FollowLogTest, NumbersThatRiseTogetherAreOneIncidentWhicheverRisesMore) {
  TempDir dir;
  // At first one of them stands out more, then the other.
  const auto day = [](int from, int to) {
    std::string text;
    for (int minute = from; minute < to; ++minute) {
      for (int second = 0; second < 60; second += 5) {
        const int took = (minute >= 400 ? 300 : 30) + (minute + second) % 7;
        const int waited = (minute >= 410 ? 9000 : minute >= 400 ? 60 : 20) + (minute + second / 5) % 6;
        text += fmt::format("{} INFO api: answered took={} wait={}\n",
                            logs::FormatTime((minute * 60 + second) * 1'000'000LL), took, waited);
      }
    }
    return text;
  };
  const auto path = dir.Write("a.log", day(0, 400));
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const std::string out =
      Follow(dir, {[&] { append(day(400, 410)); }, [&] { append(day(410, 425)); }, [&] { append(day(425, 430)); }});
  EXPECT_EQ(Times(out, "next: "), 1u) << out;
}

TEST(FollowLogTest, ALineOfAFarFutureMutesNothingForEver) {
  TempDir dir;
  const std::string bad = "2099-01-01 00:00:00 ERROR db: no connection 7\n";
  dir.Write("a.log", Day(0, 300, false) + Day(300, 310, true) + bad);
  // The log is rotated: what comes now is the same trouble, much later.
  const std::string out =
      Follow(dir, {[&] { dir.Write("a.log", Day(0, 300, false) + Day(300, 310, true) + Day(310, 320, false)); },
                   [&] { dir.Write("a.log", Day(200, 300, false) + Day(300, 310, true) + Day(310, 500, false)); },
                   [&] {
                     dir.Write("a.log",
                               Day(200, 300, false) + Day(300, 310, true) + Day(310, 500, false) + Day(500, 520, true));
                   }});
  const size_t following = out.find("following;");
  ASSERT_NE(following, std::string::npos);
  EXPECT_EQ(Times(out.substr(following), "no connection <*>"), 1u) << out;
}

TEST(FollowLogTest, WaitsForTheRestOfAHalfWrittenLine) {
  TempDir dir;
  const auto path = dir.Write("a.log", Day(0, 300, false));
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const std::string line = logs::FormatTime(300 * 60'000'000LL) + " FATAL db: disk is broken";
  const std::string out = Follow(dir, {[&] { append(line.substr(0, 38)); }, [&] { append(line.substr(38) + "\n"); }});
  EXPECT_THAT(out, HasSubstr("disk is broken"));
  EXPECT_EQ(Times(out, "next: "), 1u) << out;
}

TEST(FollowLogTest, TellsALastLineThatGetsNoEndOneLookLater) {
  TempDir dir;
  const auto path = dir.Write("a.log", Day(0, 300, false));
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  const std::string line = logs::FormatTime(300 * 60'000'000LL) + " FATAL db: disk is broken";
  EXPECT_THAT(Follow(dir, {[&] { append(line); }}), Not(HasSubstr("disk is broken")));
  dir.Write("a.log", Day(0, 300, false));
  EXPECT_THAT(Follow(dir, {[&] { append(line); }, [] {}}), HasSubstr("disk is broken"));
}

TEST(FollowLogTest, OutlivesARotation) {
  TempDir dir;
  const auto path = dir.Write("a.log", Day(0, 100, false));
  const std::string out = Follow(dir, {[&] { std::filesystem::rename(path, dir / "old"); }, [] {},
                                       [&] { dir.Write("a.log", Day(100, 300, false) + Day(300, 310, true)); }});
  EXPECT_THAT(out, HasSubstr("no connection <*>"));
}

TEST(FollowLogTest, WithoutAFileThereIsNothingToFollow) {
  TempDir dir;
  Result<int> end = 0;
  Follow(dir, {}, &end);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace yk::app
