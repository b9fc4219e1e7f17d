// SPDX-License-Identifier: Apache-2.0
#include "logs/layout_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <string>

namespace yk::logs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// 60 lines like the one of `number`.
template <typename Line>
std::vector<std::string> Many(Line line) {
  std::vector<std::string> out;
  for (int i = 0; i < 60; ++i) out.push_back(line(i));
  return out;
}

struct Detected {
  std::vector<std::string> lines;
  LayoutSet set;
  LineHead Read(size_t i) const {
    LineHead head;
    HeadScratch scratch;
    set.Read(lines[i], &scratch, &head);
    return head;
  }
  std::string format(size_t i) const { return set.plans()[Read(i).layout].format.text(); }
};

Detected Detect(std::vector<std::string> lines) {
  Detected out{std::move(lines), {}};
  out.set = LayoutSet::Detect(std::vector<std::string_view>(out.lines.begin(), out.lines.end()), 2026);
  return out;
}

constexpr const char* kWords[] = {"started", "read block", "Failed to open", "user is", "retry"};

TEST(LayoutSet, FindsLevelThreadAndComponentByTheirColumns) {
  const Detected d = Detect(Many([](int i) {
    return fmt::format("2026-03-02 10:42:{:02},{:03} {:5} [pool {}] a.b.Worker{}: {} {}", i, i,
                       i % 7 == 0 ? "WARN" : "INFO", i % 3, i % 4, kWords[i % 5], i);
  }));
  const LineHead head = d.Read(7);
  EXPECT_EQ(head.level, Level::kWarn);
  EXPECT_EQ(head.component, "a.b.Worker3");
  EXPECT_EQ(head.content, "Failed to open 7");
  EXPECT_EQ(FormatTime(head.time), "2026-03-02 10:42:07");
  EXPECT_EQ(d.format(7), R"(<Date> <Time> <Level> \[<Thread>\] <Component>: <Content>)");
}

TEST(LayoutSet, FindsHostAndProcessOfSyslog) {
  const Detected d = Detect(Many([](int i) {
    return i % 10 == 9 ? fmt::format("Mar  2 10:42:{:02} web0{} kernel: {} {}", i, i % 4, kWords[i % 5], i)
                       : fmt::format("Mar  2 10:42:{:02} web0{} sshd[{}]: {} {}", i, i % 4, 300 + i, kWords[i % 5], i);
  }));
  EXPECT_EQ(d.Read(3).host, "web03");
  EXPECT_EQ(d.Read(3).component, "sshd");
  EXPECT_EQ(d.Read(3).pid, "303");
  EXPECT_EQ(d.Read(9).component, "kernel");
  EXPECT_EQ(d.Read(9).content, "retry 9");
}

TEST(LayoutSet, FindsColumnsBeforeTheTimeAndOtherDelimiters) {
  const Detected web = Detect(Many([](int i) {
    return fmt::format("10.0.0.{} - - [02/Mar/2026:10:42:{:02} +0900] \"GET /a/{} HTTP/1.1\" 200 {}", i, i, i, i * 7);
  }));
  EXPECT_EQ(web.Read(5).host, "10.0.0.5");
  EXPECT_EQ(web.Read(5).content, "\"GET /a/5 HTTP/1.1\" 200 35");
  const Detected bars = Detect(Many([](int i) {
    return fmt::format("20260302-10:42:{}:{}|Step_{}|3000{}|{} {}", i, i, i % 3, i % 2, kWords[i % 5], i);
  }));
  EXPECT_EQ(bars.Read(4).content, "retry 4");
  EXPECT_EQ(bars.Read(4).component, "Step_1");
  EXPECT_EQ(FormatTime(bars.Read(4).time), "2026-03-02 10:42:04");
}

TEST(LayoutSet, FindsTheNameBehindAnAddressAndBehindASecondTime) {
  const Detected with_address = Detect(Many([](int i) {
    return fmt::format("Mar  2 10:42:{:02} mac-{} app.b.C[{}]{}: {} {}", i, i % 3, 100 + i,
                       i % 5 == 0 ? " (0x12ab)" : "", kWords[i % 5], i);
  }));
  EXPECT_EQ(with_address.Read(5).component, "app.b.C");
  EXPECT_EQ(with_address.Read(5).content, "started 5");
  EXPECT_EQ(with_address.Read(6).content, "read block 6");
  const Detected twice = Detect(Many([](int i) {
    return fmt::format("- {} 2026.03.02 n{} Mar 2 10:42:{:02} n{}/n{} cron[{}]: {} {}", 1772448120 + i, i, i, i, i, i,
                       kWords[i % 5], i);
  }));
  EXPECT_EQ(twice.Read(7).component, "cron");
  EXPECT_EQ(twice.Read(7).content, "Failed to open 7");
  EXPECT_NE(twice.Read(7).time, kNoTime);
}

TEST(LayoutSet, FindsTheDashBehindANameOfOneOrTwoWords) {
  const Detected d = Detect(Many([](int i) {
    return fmt::format("[03.02 10:42:{:02}] {} - {} {}", i, i % 4 == 0 ? "tool.exe *64" : "browser.exe", kWords[i % 5],
                       i);
  }));
  EXPECT_EQ(d.Read(4).component, "tool.exe *64");
  EXPECT_EQ(d.Read(5).content, "started 5");
}

TEST(LayoutSet, FindsJapaneseTimesAndLevels) {
  const Detected d = Detect(Many([](int i) {
    return fmt::format("令和8年3月2日 10時42分{:02}秒 [{}] 注文 {} を受け付けました", i, i % 5 == 0 ? "警告" : "情報",
                       i);
  }));
  EXPECT_EQ(d.Read(5).level, Level::kWarn);
  EXPECT_EQ(FormatTime(d.Read(5).time), "2026-03-02 10:42:05");
  EXPECT_EQ(d.Read(5).content, "注文 5 を受け付けました");
}

TEST(LayoutSet, FindsTimesInJapaneseBracketsAndBehindCommas) {
  const auto line = [](int i, std::string_view form) {
    return fmt::format(fmt::runtime(form), fmt::format("2026/03/02 10:42:{:02}", i), i % 5 == 0 ? "警告" : "情報", i);
  };
  for (const std::string_view form :
       {"【{}】【{}】注文{}を受け付けました", "【{}】 {} 注文{}を受け付けました", "（{}） {} 注文{}を受け付けました"}) {
    const Detected d = Detect(Many([&](int i) { return line(i, form); }));
    EXPECT_EQ(d.Read(5).level, Level::kWarn) << d.format(5);
    EXPECT_EQ(FormatTime(d.Read(5).time), "2026-03-02 10:42:05") << d.format(5);
    EXPECT_EQ(d.Read(5).content, "注文5を受け付けました") << d.format(5);
  }
  const Detected csv = Detect(Many([](int i) {
    return fmt::format("{},03/22/26,10:42:{:02},{},10.0.0.{},host{}", 10 + i % 4, i, kWords[i % 5], i, i);
  }));
  EXPECT_EQ(FormatTime(csv.Read(5).time), "2026-03-22 10:42:05") << csv.format(5);
  EXPECT_EQ(csv.Read(5).content, "started,10.0.0.5,host5") << csv.format(5);
}

TEST(LayoutSet, ReadsTheHalfOfTheDayWhereverTheTimeStands) {
  for (const std::string_view form : {"{1} {0} c{2}: {3} {2}", "{0} {1} c{2}: {3} {2}"}) {
    const Detected d = Detect(Many([&](int i) {
      return fmt::format(fmt::runtime(form), fmt::format("03/02/2026 02:42:{:02} {}", i, i < 30 ? "AM" : "PM"),
                         i % 7 == 0 ? "ERROR" : "INFO", i % 4, kWords[i % 5]);
    }));
    EXPECT_EQ(FormatTime(d.Read(35).time), "2026-03-02 14:42:35") << d.format(35);
    EXPECT_EQ(d.Read(35).level, Level::kError) << d.format(35);
    EXPECT_EQ(d.Read(35).component, "c3") << d.format(35);
    EXPECT_EQ(d.Read(35).content, "started 3") << d.format(35);
  }
}

TEST(LayoutSet, WhichNumberIsTheDayIsToldByAllLines) {
  const auto lines = [](int first) {
    return Detect(Many([&](int i) {
      return fmt::format("{:02}/11/2026 10:42:{:02} INFO {} {}", first + i / 30, i, kWords[i % 5], i);
    }));
  };
  const Detected day_first = lines(12);
  EXPECT_EQ(FormatTime(day_first.Read(5).time), "2026-11-12 10:42:05");
  EXPECT_EQ(FormatTime(day_first.Read(35).time), "2026-11-13 10:42:35");
  const Detected either = lines(5);
  EXPECT_EQ(FormatTime(either.Read(5).time), "2026-05-11 10:42:05");
}

TEST(LayoutSet, KeepsSeveralLayoutsOfOneFileApart) {
  std::vector<std::string> lines;
  for (int i = 0; i < 60; ++i) {
    lines.push_back(fmt::format("2026-03-02T10:42:{:02}+09:00 INFO [order-svc] [req-{:08x}] {} {}", i, i * 77777,
                                kWords[i % 5], i));
    lines.push_back(fmt::format("Mar  2 10:42:{:02} db01 postgres[3{}]: {} {}", i, i, kWords[i % 5], i));
    lines.push_back(
        fmt::format(R"({{"ts":"2026-03-02T10:42:{:02}","level":"WARN","service":"stock","event":"{}","n":{}}})", i,
                    kWords[i % 5], i));
  }
  const Detected d = Detect(std::move(lines));
  EXPECT_EQ(d.Read(0).component, "order-svc");
  EXPECT_EQ(d.Read(6).request, "req-00025fa2");
  EXPECT_EQ(d.Read(1).component, "postgres");
  EXPECT_EQ(d.Read(2).component, "stock");
  EXPECT_EQ(d.Read(2).level, Level::kWarn);
  EXPECT_EQ(FormatTime(d.Read(5).time), "2026-03-02 10:42:01");
  EXPECT_NE(d.Read(0).layout, d.Read(1).layout);
}

TEST(LayoutSet, ReadsPairsOfKeysAndValues) {
  const Detected d = Detect(Many([](int i) {
    return fmt::format("time=2026-03-02T10:42:{:02}Z level=error msg=\"{}\" n={}", i, kWords[i % 5], i);
  }));
  EXPECT_EQ(d.Read(8).level, Level::kError);
  EXPECT_EQ(FormatTime(d.Read(8).time), "2026-03-02 10:42:08");
}

/// Every seventh line is an error; all say the same otherwise.
void ExpectLevels(const std::function<std::string(int, bool)>& line, const std::string& component,
                  const std::string& content) {
  const Detected d = Detect(Many([&](int i) { return line(i, i % 7 == 0); }));
  SCOPED_TRACE(d.lines[7]);
  EXPECT_EQ(d.Read(7).level, Level::kError) << d.format(7);
  EXPECT_EQ(d.Read(8).level, Level::kInfo) << d.format(8);
  EXPECT_EQ(FormatTime(d.Read(7).time), "2026-03-02 10:42:07") << d.format(7);
  EXPECT_EQ(d.Read(7).component, component) << d.format(7);
  EXPECT_EQ(d.Read(7).content, content) << d.format(7);
}

TEST(LayoutSet, LevelsAreSeenBeforeTheTimeAndInBrackets) {
  const auto level = [](bool error) { return error ? "ERROR" : "INFO"; };
  const auto with = [&](const std::string& form) {
    return [=](int i, bool error) {
      return fmt::format(fmt::runtime(form), level(error), fmt::format("2026-03-02 10:42:{:02}", i),
                         fmt::format("c{}", i % 4), fmt::format("{} {}", kWords[i % 5], i));
    };
  };
  ExpectLevels(with("{0} {1} {2}: {3}"), "c3", "Failed to open 7");
  ExpectLevels(with("{0:5} [{1}] {2}: {3}"), "c3", "Failed to open 7");
  ExpectLevels(with("[{0}] {1} {2}: {3}"), "c3", "Failed to open 7");
  ExpectLevels(with("[{0}][{1}][{2}] {3}"), "c3", "Failed to open 7");
  ExpectLevels(with("[{1}][{0}][{2}] {3}"), "c3", "Failed to open 7");
  ExpectLevels(with("[{1}][{0}]{3}"), "", "Failed to open 7");
  ExpectLevels(with("{1} <{0}> {2}: {3}"), "c3", "Failed to open 7");
  ExpectLevels(with("{1} [12] me@db {0}: {3}"), "me@db", "Failed to open 7");
  const Detected now_and_then = Detect(Many([](int i) {
    return fmt::format("2026-03-02 10:42:{:02} [12] {}: {} {}", i, i % 2 == 0 ? "me@db ERROR" : "LOG", kWords[i % 5],
                       i);
  }));
  EXPECT_EQ(now_and_then.Read(4).level, Level::kError);
  EXPECT_EQ(now_and_then.Read(5).level, Level::kInfo);
}

TEST(LayoutSet, LevelsAreSeenInTheNumbersOfSyslogAndJson) {
  ExpectLevels(
      [](int i, bool error) {
        return fmt::format("<{}>Mar  2 10:42:{:02} web0{} app{}: {} {}", error ? 11 : 14, i, i % 3, i % 4,
                           kWords[i % 5], i);
      },
      "app3", "Failed to open 7");
  ExpectLevels(
      [](int i, bool error) {
        return fmt::format("<{}>1 2026-03-02T10:42:{:02}Z web0{} app{} {} - - {} {}", error ? 131 : 134, i, i % 3,
                           i % 4, 100 + i % 2, kWords[i % 5], i);
      },
      "app3", "Failed to open 7");
  const auto json = [](int i, bool error) {
    return fmt::format(R"({{"level":{},"time":{},"name":"c{}","msg":"{} {}"}})", error ? 50 : 30,
                       1772448120000 + i * 1000, i % 4, kWords[i % 5], i);
  };
  ExpectLevels(json, "", json(7, true));
}

TEST(LayoutSet, TheLetterBeforeADateOfFourDigitsIsALevel) {
  ExpectLevels(
      [](int i, bool error) {
        return fmt::format("{}0302 10:42:{:02}.123456   12{} file{}.go:1{}] {} {}", error ? 'E' : 'I', i, i % 5, i % 4,
                           i % 4, kWords[i % 5], i);
      },
      "file3.go:13", "Failed to open 7");
}

TEST(LayoutSet, TwoWordsMayBeOneLevel) {
  const Detected d = Detect(Many([](int i) {
    return fmt::format("[02-Mar-2026 10:42:{:02} Asia/Tokyo] PHP {}:  {} {}", i, i == 7 ? "Fatal error" : "Warning",
                       kWords[i % 5], i);
  }));
  EXPECT_EQ(d.Read(7).level, Level::kFatal);
  EXPECT_EQ(d.Read(8).level, Level::kWarn);
  EXPECT_EQ(d.Read(7).component, "PHP");
}

TEST(LayoutSet, JsonMayHaveSpacesAroundItsColons) {
  const Detected d = Detect(Many([](int i) {
    return fmt::format(R"({{"time": "2026-03-02T10:42:{:02}", "level" : "{}", "logger": "c{}", "message": "{} {}"}})",
                       i, i % 7 == 0 ? "ERROR" : "INFO", i % 4, kWords[i % 5], i);
  }));
  EXPECT_EQ(d.Read(7).level, Level::kError);
  EXPECT_EQ(d.Read(8).level, Level::kInfo);
  EXPECT_EQ(d.Read(8).component, "c0");
  EXPECT_EQ(FormatTime(d.Read(7).time), "2026-03-02 10:42:07");
}

TEST(LayoutSet, TextThatAllLinesBeginWithIsNoHeader) {
  const Detected d = Detect(
      Many([](int i) { return fmt::format("Mar  2 10:42:{:02} received {} things from {}", i, i, kWords[i % 5]); }));
  EXPECT_THAT(d.Read(2).content, HasSubstr("received 2 things"));
}

TEST(LayoutSet, LinesOfAStackGoOnWithTheEventBefore) {
  std::vector<std::string> lines =
      Many([](int i) { return fmt::format("2026-03-02 10:42:{:02} ERROR x: failed {}", i, i); });
  lines.emplace_back("\tat a.b.C.run(C.java:12)");
  lines.emplace_back("java.lang.IllegalStateException: closed");
  const Detected d = Detect(std::move(lines));
  EXPECT_FALSE(d.Read(0).continuation);
  EXPECT_TRUE(d.Read(60).continuation);
  EXPECT_TRUE(d.Read(61).continuation) << "nearly all lines have a time, so one without goes on";
}

TEST(LayoutSet, WithoutTimesEachLineIsAnEvent) {
  const Detected d = Detect(Many([](int i) { return fmt::format("{} {}", kWords[i % 5], i); }));
  EXPECT_FALSE(d.Read(0).continuation);
  EXPECT_EQ(d.Read(0).content, "started 0");
  EXPECT_EQ(d.Read(0).layout, d.set.none());
}

}  // namespace
}  // namespace yk::logs
