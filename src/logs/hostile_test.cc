// SPDX-License-Identifier: Apache-2.0
// Charsets and bytes that nobody asked for. Lines always add up.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "logs/mine_fixture.h"
#include "logs/reference_miner_fixture.h"
#include "text/charset.h"

namespace yk::logs {
namespace {

using ::testing::AnyOf;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

std::string JapaneseLog() {
  std::string log;
  const char* const shops[] = {"東京本店", "大阪店", "札幌店", "福岡店", "名古屋店", "仙台店", "横浜店"};
  for (int i = 0; i < 400; ++i) {
    log += fmt::format("2026-03-02 10:{:02}:{:02} INFO [注文] 注文 ORD-{:08} を受け付けました（明細 {} 件）\n", i / 60,
                       i % 60, i * 37, i % 9);
    log += fmt::format("2026-03-02 10:{:02}:{:02} WARN [在庫] 在庫が不足しています 商品=SKU{:05} 店舗={} 残数={}\n",
                       i / 60, i % 60, i, shops[i % 7], i % 5);
    log += fmt::format(
        "2026-03-02 10:{:02}:{:02} ERROR [決済] 決済ゲートウェイの応答が遅延しています 経過={}ミリ秒 表示ソフト\n",
        i / 60, i % 60, i * 7);
    log += fmt::format("2026-03-02 10:{:02}:{:02} INFO [集計] {} の売上集計を更新しました 合計={}円\n", i / 60, i % 60,
                       shops[i % 7], i * 100);
  }
  return log;
}

std::vector<std::string> TemplatesOf(std::string_view log) {
  std::vector<std::string> out;
  const auto mined = MineText(log, "");
  ExpectLinesAddUp(mined->summary());
  for (const Template& t : mined->summary().templates)
    out.push_back(fmt::format("{} {} {}", t.count, LevelName(t.main_level()), t.text));
  return out;
}

TEST(Charsets, JapaneseLogsGiveTheSameTemplatesInEveryCharset) {
  const std::string log = JapaneseLog();
  const std::vector<std::string> expected = TemplatesOf(log);
  EXPECT_THAT(expected,
              UnorderedElementsAre("400 info <*> の売上集計を更新しました 合計=<*>円",
                                   "400 error 決済ゲートウェイの応答が遅延しています 経過=<*>ミリ秒 表示ソフト",
                                   "400 info 注文 <*> を受け付けました（明細 <*> 件）",
                                   "400 warn 在庫が不足しています 商品=<*> 店舗=<*> 残数=<*>"));
  for (const char* charset : {"CP932", "EUC-JP", "UTF-16LE", "UTF-16BE"}) {
    const auto bytes = text::EncodeAs(log, charset);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(TemplatesOf(*bytes), expected) << charset;
  }
  EXPECT_EQ(TemplatesOf("\xEF\xBB\xBF" + log), expected);
}

TEST(Charsets, ExamplesAndLinesAreGivenInUtf8) {
  const std::string log = JapaneseLog();
  const auto bytes = text::EncodeAs(log, "CP932");
  ASSERT_TRUE(bytes);
  const auto mined = MineText(*bytes, "");
  EXPECT_EQ(mined->summary().charsets, std::vector<std::string>{"CP932"});
  for (const Template& t : mined->summary().templates) {
    for (const Example& e : t.examples) EXPECT_NE(log.find(e.text), std::string::npos) << e.text;
  }
  for (const IdEvent& id : mined->summary().ids) {
    EXPECT_THAT(mined->Line(id.input, id.offset).substr(id.at, id.bytes), AnyOf(StartsWith("ORD-"), StartsWith("SKU")));
  }
}

TEST(Hostile, NulBytesAndInvalidUtf8StandInTheirTemplates) {
  const std::string log("a \0 1\na \0 2\nb \xFF\xFE 3\nb \xFF\xFE 4\n\0\0\n", 29);
  const auto mined = MineText(log, "<Content>");
  const LogSummary& s = mined->summary();
  ExpectLinesAddUp(s);
  EXPECT_EQ(s.lines, 5u);
  EXPECT_EQ(s.empty, 1u);
  EXPECT_EQ(s.with_nul, 3u);
  EXPECT_EQ(s.templates.size(), 2u);
  for (const Template& t : s.templates) EXPECT_TRUE(text::IsValidUtf8(t.text));
}

TEST(Hostile, LinesOfAMegabyteAreCutAndCounted) {
  std::string log = "short 1\n";
  log += std::string(1 << 20, 'x') + " 12\n";
  for (int i = 0; i < 300000; ++i) log += "7 ";
  log += "\nshort 2";
  for (const size_t chunk : {size_t{1000}, size_t{1} << 20}) {
    MineOptions options;
    options.chunk_bytes = chunk;
    options.threads = 3;
    const auto mined = MineInputs({{"log", log}}, options);
    ExpectLinesAddUp(mined->summary());
    EXPECT_EQ(mined->summary().lines, 4u);
    EXPECT_EQ(mined->summary().cut, 2u);
    for (const Template& t : mined->summary().templates) EXPECT_LE(t.text.size(), size_t{16} << 10);
  }
}

TEST(Hostile, LineEndsOfEveryKindCountTheSameLines) {
  EXPECT_EQ(TemplatesOf("x 1\nx 2\nx 3"), TemplatesOf("x 1\r\nx 2\r\nx 3\r\n"));
  EXPECT_EQ(MineText("\n\n\n", "")->summary().lines, 3u);
  EXPECT_EQ(MineText("\n\n\n", "")->summary().empty, 3u);
}

TEST(Hostile, AClockThatJumpsBackIsCounted) {
  std::string log;
  for (int i = 0; i < 50; ++i) log += fmt::format("2026-03-02 11:00:{:02} INFO a {}\n", i, i);
  for (int i = 0; i < 50; ++i) log += fmt::format("2026-03-02 10:00:{:02} INFO a {}\n", i, i);
  for (const size_t chunk : {size_t{100}, size_t{1} << 20}) {
    MineOptions options;
    options.chunk_bytes = chunk;
    const auto mined = MineInputs({{"log", log}}, options);
    EXPECT_EQ(mined->summary().time_backward, 1u);
    EXPECT_EQ(FormatTime(mined->summary().first_time), "2026-03-02 10:00:00");
    ExpectLinesAddUp(mined->summary());
  }
}

TEST(Hostile, RandomBytesAddUp) {
  std::mt19937 random(9);
  for (int round = 0; round < 60; ++round) {
    std::string log(random() % 5000, '\0');
    for (char& c : log) c = static_cast<char>(random() % (round % 2 == 0 ? 256 : 40));
    MineOptions options;
    options.threads = 2;
    options.chunk_bytes = 64 + random() % 1000;
    const auto mined = MineInputs({{"log", log}}, options);
    ExpectLinesAddUp(mined->summary());
    uint64_t lines = 0;
    mined->Visit({}, [&](const LineEvent&) { return ++lines > 0; });
    EXPECT_EQ(lines, mined->summary().lines);
  }
}

}  // namespace
}  // namespace yk::logs
