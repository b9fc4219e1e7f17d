// SPDX-License-Identifier: Apache-2.0
#include "incidents/evidence.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "incidents/log_place.h"

namespace yk::incidents {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;

constexpr logs::Micros kMinuteLong = 60'000'000;

/// A day, four lines a minute.
std::string Day(const std::function<std::string(int minute, int line)>& content) {
  std::string out;
  for (int minute = 0; minute < 1440; ++minute) {
    for (int line = 0; line < 4; ++line) {
      const std::string text = content(minute, line);
      if (!text.empty()) out += logs::FormatTime(minute * kMinuteLong + line * 10'000'000LL) + " " + text + "\n";
    }
  }
  return out;
}

struct Analysed {
  std::unique_ptr<const logs::Mined> mined;
  Findings findings;
};

Analysed Analyse(const std::vector<logs::LogInput>& inputs) {
  auto mined = logs::Mine(inputs, {});
  YK_CHECK(mined.has_value(), mined ? "" : mined.error().ToString());
  Analysed out{std::move(*mined), {}};
  out.findings = FindIncidents(out.mined->summary());
  AddEvidence(*out.mined, inputs, &out.findings);
  return out;
}

std::string Wide(const std::string& ascii) {
  std::string out = "\xFF\xFE";
  for (const char c : ascii) (out += c) += '\0';
  return out;
}

TEST(Evidence, SlowLinesAreShownInEveryCharset) {
  const auto slow = [](const std::string& word) {
    return Day([&](int minute, int line) {
      const bool now = minute >= 900 && minute < 960;
      return fmt::format("INFO web: {} elapsed={}ms", word, (now ? 700 : 30) + minute % 7 + line);
    });
  };
  // 処理
  const std::pair<std::string, std::string> files[] = {{"UTF-8", slow("\xE5\x87\xA6\xE7\x90\x86")},
                                                       {"CP932", slow("\x8F\x88\x97\x9D")},
                                                       {"EUC-JP", slow("\xBD\xE8\xCD\xFD")},
                                                       {"UTF-16LE", Wide(slow("done"))}};
  for (const auto& [charset, bytes] : files) {
    const Analysed log = Analyse({{"a.log", bytes}});
    ASSERT_THAT(log.mined->summary().charsets, ElementsAre(charset));
    ASSERT_EQ(log.findings.incidents.size(), 1u) << charset;
    const Incident& card = log.findings.incidents[0];
    ASSERT_EQ(card.evidence.size(), 2u) << charset;
    EXPECT_EQ(card.first_line, 900u * 4 + 1) << charset;
    EXPECT_EQ(card.evidence[0].line, 900u * 4 + 1) << charset;
    EXPECT_THAT(card.evidence, Each(Field(&Evidence::text, HasSubstr("elapsed=70")))) << charset;
    const std::string word = charset == "UTF-16LE" ? "done" : "\xE5\x87\xA6\xE7\x90\x86";
    EXPECT_THAT(card.evidence[0].text, HasSubstr(word)) << charset;
  }
}

TEST(Evidence, ALongTextWithoutTimesIsPassedOver) {
  const std::string day = Day([](int minute, int line) {
    const bool now = minute >= 900 && minute < 960;
    return fmt::format("INFO web: done elapsed={}ms", (now ? 700 : 30) + minute % 7 + line);
  });
  const size_t noon = day.find("1970-01-01 12:00:00");
  std::string dump;
  while (dump.size() < (size_t{20} << 20)) {
    dump +=
        "    at shop.checkout.PaymentWorker.run(PaymentWorker.java:118) ~[checkout-service.jar!/:4.11.2] of the pool\n";
  }
  const Analysed log = Analyse({{"a.log", day.substr(0, noon) + dump + day.substr(noon)}});
  ASSERT_FALSE(log.findings.incidents.empty());
  const auto card = std::find_if(log.findings.incidents.begin(), log.findings.incidents.end(),
                                 [](const Incident& one) { return one.kind == SignalKind::kShift; });
  ASSERT_NE(card, log.findings.incidents.end());
  ASSERT_EQ(card->evidence.size(), 2u);
  EXPECT_THAT(card->evidence[0].text, HasSubstr("15:00:00 INFO web: done elapsed=70"));
}

TEST(Evidence, BlankLinesOfUtf16AreNoLongTextWithoutTimes) {
  for (const char* begin : {"", ".", "..", "..."}) {
    const std::string text =
        begin + Day([](int minute, int line) {
          const bool now = minute >= 900 && minute < 960;
          return fmt::format("INFO web: done elapsed={}ms\n", (now ? 700 : 30) + minute % 7 + line);
        });
    const Analysed log = Analyse({{"a.log", Wide(text)}});
    ASSERT_EQ(log.findings.incidents.size(), 1u) << begin;
    ASSERT_EQ(log.findings.incidents[0].evidence.size(), 2u) << begin;
    EXPECT_THAT(log.findings.incidents[0].evidence[0].text, HasSubstr("15:00:00 INFO web: done elapsed=70")) << begin;
  }
}

TEST(Evidence, EachOfSeveralParallelFilesIsSearchedByTime) {
  const auto part = [](int slow) {
    return Day([&](int minute, int line) {
      const bool now = minute >= 900 && minute < 960;
      return fmt::format("INFO web: done elapsed={}ms", (now ? slow : 30) + minute % 7 + line);
    });
  };
  const std::string a = part(30), b = part(9000), c = part(9000);
  const Analysed log = Analyse({{"a.log", a}, {"b.log", b}, {"c.log", c}});
  ASSERT_EQ(log.findings.incidents.size(), 1u);
  const Incident& card = log.findings.incidents[0];
  // The first of each file comes at the same time.
  ASSERT_EQ(card.evidence.size(), 2u);
  EXPECT_EQ(card.evidence[0].line, 5760u + 900 * 4 + 1);
  EXPECT_EQ(card.evidence[1].line, 2 * 5760u + 900 * 4 + 1);
  const Subject subject{log.mined->summary(), log.findings, {"a.log", "b.log", "c.log"}, {}, {0, 5760, 11520}};
  EXPECT_EQ(PlaceText(subject, card.evidence[1].line), "c.log:3601");
  EXPECT_THAT(CardText(subject, card), HasSubstr("\n    b.log:3601: 1970-01-01 15:00:00 INFO"));
}

TEST(Evidence, ACodeIsShownAndNoneThatIsOnlyNearIt) {
  const std::string bytes = Day([](int minute, int line) {
    const bool now = minute >= 902 && minute < 960;
    const int code = minute % 10 == 0 && line == 0 ? 404 : now ? 502 : 200;
    return fmt::format("INFO web: answered with code {}", code);
  });
  const Analysed log = Analyse({{"a.log", bytes}});
  ASSERT_EQ(log.findings.incidents.size(), 1u);
  EXPECT_EQ(log.findings.incidents[0].kind, SignalKind::kShift);
  ASSERT_EQ(log.findings.incidents[0].evidence.size(), 2u);
  EXPECT_THAT(log.findings.incidents[0].evidence, Each(Field(&Evidence::text, HasSubstr("code 502"))));
}

TEST(Evidence, AHostThatIsSilentIsShownByWhatItWroteLast) {
  std::string bytes;
  for (int minute = 0; minute < 1440; ++minute) {
    for (int host = 1; host <= 3; ++host) {
      if (host == 2 && minute >= 800 && minute < 1000) continue;
      bytes += fmt::format("Mar  2 {:02}:{:02}:0{} db{} sshd[12]: session {} opened\n", minute / 60, minute % 60, host,
                           host, minute);
    }
  }
  const Analysed log = Analyse({{"a.log", bytes}});
  ASSERT_FALSE(log.findings.incidents.empty());
  const Incident& card = log.findings.incidents[0];
  EXPECT_EQ(card.kind, SignalKind::kSilence);
  EXPECT_EQ(card.entity, "db2");
  // A line a minute; that a third of all lines is missing makes it no less.
  EXPECT_NEAR(static_cast<double>(card.lines), static_cast<double>((card.to - card.from) / kMinuteLong), 8);
  ASSERT_EQ(card.evidence.size(), 2u);
  EXPECT_THAT(card.evidence[0].text, StartsWith("Mar  2 13:18:02 db2"));
  EXPECT_THAT(card.evidence[1].text, StartsWith("Mar  2 13:19:02 db2"));
}

TEST(Evidence, TheFirstLineOfABurstIsShown) {
  for (const bool before : {false, true}) {
    const std::string bytes = Day([&](int minute, int line) {
      const bool now = minute >= 900 && minute < 960;
      const bool seldom = before && minute % 300 == 7 && line == 0;
      return now || seldom ? fmt::format("ERROR db: no connection {}", minute * 4 + line)
                           : fmt::format("INFO web: served {}", minute * 7 % 97);
    });
    const Analysed log = Analyse({{"a.log", bytes}});
    ASSERT_EQ(log.findings.incidents.size(), 1u);
    const Incident& card = log.findings.incidents[0];
    EXPECT_EQ(card.first_line, 3601u) << before;
    ASSERT_FALSE(card.evidence.empty());
    EXPECT_THAT(card.evidence[0].text, HasSubstr("15:00:00 ERROR db: no connection 3600")) << before;
  }
}

TEST(Evidence, IdsThatAreUnlikeTheOthersAreShown) {
  std::string bytes;
  for (int order = 0; order < 3000; ++order) {
    const std::string id = fmt::format("ORD-{}", 10'000'000 + order * 7);
    const std::string at = logs::FormatTime(order * 28'000'000LL);
    bytes += at + " INFO shop: order " + id + " received\n";
    const bool odd = order % 600 == 17;
    bytes += at + " INFO shop: order " + id + (odd ? " taken back\n" : " sent\n");
  }
  const Analysed log = Analyse({{"a.log", bytes}});
  const auto session = std::find_if(log.findings.incidents.begin(), log.findings.incidents.end(),
                                    [](const Incident& one) { return one.kind == SignalKind::kSession; });
  ASSERT_NE(session, log.findings.incidents.end());
  ASSERT_FALSE(session->evidence.empty());
  for (const Evidence& one : session->evidence) EXPECT_EQ((one.line - 1) / 2 % 600, 17u) << one.text;
}

}  // namespace
}  // namespace yk::incidents
