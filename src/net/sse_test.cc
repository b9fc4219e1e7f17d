// SPDX-License-Identifier: Apache-2.0
#include "net/sse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace yk::net {
namespace {

using Event = std::tuple<std::string, std::string, std::string>;  // type, data, id
using ::testing::ElementsAre;

std::vector<Event> ReadPieces(const std::vector<std::string>& pieces) {
  std::vector<Event> events;
  SseParser parser([&](const SseEvent& e) { events.emplace_back(e.type, e.data, e.id); });
  for (const std::string& piece : pieces) EXPECT_TRUE(parser.Feed(piece));
  return events;
}

std::vector<Event> Read(const std::string& text) { return ReadPieces({text}); }

TEST(SseParser, JoinsDataLinesAndNamesEvents) {
  EXPECT_THAT(Read("data: YHOO\ndata: +2\ndata: 10\n\n"), ElementsAre(Event("message", "YHOO\n+2\n10", "")));
  EXPECT_THAT(Read("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n"),
              ElementsAre(Event("add", "73857293", ""), Event("remove", "2153", "")));
}

TEST(SseParser, KeepsTheLastIdAndForgetsTheType) {
  EXPECT_THAT(
      Read(": comment\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n"),
      ElementsAre(Event("message", "first", "1"), Event("message", "second", ""), Event("message", " third", "")));
  EXPECT_THAT(Read("event: x\n\ndata: a\n\n"), ElementsAre(Event("message", "a", "")));
}

TEST(SseParser, GivesAnEventForEmptyDataAndNoneWithoutData) {
  EXPECT_THAT(Read("data\n\ndata\ndata\n\ndata:"), ElementsAre(Event("message", "", ""), Event("message", "\n", "")));
  EXPECT_THAT(Read("id: 4\nretry: 10\n\n"), ElementsAre());
}

TEST(SseParser, TakesEveryLineEnd) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string e = end;
    EXPECT_THAT(Read("data: a" + e + "data: b" + e + e), ElementsAre(Event("message", "a\nb", ""))) << e.size();
  }
}

TEST(SseParser, PassesOverAByteOrderMarkOnlyAtTheStart) {
  EXPECT_THAT(Read("\xEF\xBB\xBF"
                   "data: a\n\n\xEF\xBB\xBF"
                   "data: b\n\n"),
              ElementsAre(Event("message", "a", "")));
}

TEST(SseParser, ReadsRetryOnlyFromDigits) {
  SseParser parser([](const SseEvent&) {});
  ASSERT_TRUE(parser.Feed("retry: 1500\n"));
  EXPECT_EQ(parser.retry(), std::chrono::milliseconds(1500));
  ASSERT_TRUE(parser.Feed("retry: 12x\nretry: -4\nretry:\n"));
  EXPECT_EQ(parser.retry(), std::chrono::milliseconds(1500));
}

TEST(SseParser, GivesTheSameEventsWhereverTheStreamIsCut) {
  const std::string stream =
      "\xEF\xBB\xBF: hello\r\nevent: delta\r\ndata: {\"a\":\"日本\"}\r\n\r\ndata: one\rdata: two\r\rid: 7\n"
      "data: x\n\ndata:\r\ndata: last\n\r\n:\n\ndata: [DONE]\n\n";
  const std::vector<Event> whole = Read(stream);
  ASSERT_EQ(whole.size(), 5u);
  for (size_t i = 0; i <= stream.size(); ++i) {
    for (size_t j = i; j <= stream.size(); ++j) {
      ASSERT_EQ(ReadPieces({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}), whole) << i << " " << j;
    }
  }
  std::vector<std::string> bytes;
  for (const char c : stream) bytes.emplace_back(1, c);
  EXPECT_EQ(ReadPieces(bytes), whole);
}

TEST(SseParser, RefusesALineOverItsLimitHoweverItComes) {
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}}) {
    SseParser parser([](const SseEvent&) {}, {.line_bytes_max = 100, .event_bytes_max = 1000});
    Result<void> result;
    for (size_t sent = 0; sent < 2000 && result; sent += piece) result = parser.Feed(std::string(piece, 'x'));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kExhausted);
    EXPECT_FALSE(parser.Feed("data: a\n\n"));
  }
}

TEST(SseParser, RefusesAnEventOverItsLimit) {
  int events = 0;
  SseParser parser([&](const SseEvent&) { ++events; }, {.line_bytes_max = 100, .event_bytes_max = 250});
  Result<void> result;
  for (int i = 0; i < 10 && result; ++i) result = parser.Feed("data: " + std::string(90, 'y') + "\n");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kExhausted);
  EXPECT_EQ(events, 0);
}

TEST(SseParser, SaysThatAnEventIsUnfinished) {
  SseParser parser([](const SseEvent&) {});
  EXPECT_FALSE(parser.incomplete());
  ASSERT_TRUE(parser.Feed("data: a\n"));
  EXPECT_TRUE(parser.incomplete());
  ASSERT_TRUE(parser.Feed("\n"));
  EXPECT_FALSE(parser.incomplete());
}

}  // namespace
}  // namespace yk::net
