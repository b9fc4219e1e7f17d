// SPDX-License-Identifier: Apache-2.0
#include "logs/line_cursor.h"

#include <gmock/gmock.h>

#include <random>
#include <vector>

#include "text/charset.h"

namespace yk::logs {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Lines(std::string_view input, Charset charset, uint64_t step) {
  std::vector<std::string> out;
  for (uint64_t begin = 0; begin < input.size(); begin += step) {
    LineCursor cursor(input, charset, begin, begin + step, 1000);
    RawLine line;
    while (cursor.Next(&line)) out.emplace_back(line.text);
  }
  return out;
}

TEST(LineCursor, EveryDivisionGivesTheSameLines) {
  const std::string input =
      "\xEF\xBB\xBF"
      "one\r\ntwo\n\nfour\r\n\r\nlast without end";
  for (uint64_t step = 1; step < 50; ++step) {
    EXPECT_THAT(Lines(input, Charset::kUtf8, step), ElementsAre("one", "two", "", "four", "", "last without end"))
        << step;
  }
}

TEST(LineCursor, LinesOfAnyLengthAreFoundWithTheMasksOfTheirBytes) {
  std::mt19937 random(5);
  std::string input;
  std::vector<std::string> expected;
  size_t masked = 0;
  for (int i = 0; i < 400; ++i) {
    const size_t sizes[] = {random() % 3, random() % 300, random() % 9000, 20'000};
    expected.emplace_back(sizes[random() % 4], static_cast<char>('a' + random() % 26));
    input += expected.back() + "\n";
  }
  LineCursor cursor(input, Charset::kUtf8, 0, input.size(), 1 << 20);
  RawLine line;
  for (const std::string& text : expected) {
    ASSERT_TRUE(cursor.Next(&line));
    ASSERT_EQ(line.text, text);
    if (line.masks == nullptr) continue;
    ++masked;
    ASSERT_EQ(line.masks->NextBreak(line.text.data()), line.text.data() + line.text.size());
  }
  EXPECT_FALSE(cursor.Next(&line));
  EXPECT_GT(masked, expected.size() / 2);
}

TEST(LineCursor, EveryEvenDivisionOfUtf16GivesTheSameLines) {
  for (const auto& [charset, name] :
       {std::pair{Charset::kUtf16Le, "UTF-16LE"}, std::pair{Charset::kUtf16Be, "UTF-16BE"}}) {
    // U+0A0D and U+0D0A hold the bytes of line ends and are none.
    const auto encoded = text::EncodeAs("注文\r\n\u0A0D\u0D0A\n最後", name);
    ASSERT_TRUE(encoded);
    for (uint64_t step = 2; step < 40; step += 2) {
      EXPECT_THAT(Lines(*encoded, charset, step), ElementsAre("注文", "\u0A0D\u0D0A", "最後")) << name << step;
    }
  }
}

TEST(LineCursor, JapaneseCharsetsAreDecodedAndDamageIsSaid) {
  auto sjis = text::EncodeAs("在庫が不足\nok\n表示ソ能", "CP932");
  ASSERT_TRUE(sjis);
  EXPECT_THAT(Lines(*sjis, Charset::kCp932, 7), ElementsAre("在庫が不足", "ok", "表示ソ能"));
  LineCursor cursor("ab\x85\n", Charset::kCp932, 0, 4, 100);
  RawLine line;
  ASSERT_TRUE(cursor.Next(&line));
  EXPECT_TRUE(line.invalid);
  EXPECT_EQ(line.text, "ab\xEF\xBF\xBD");
}

TEST(LineCursor, LinesOfAnotherCharsetThanTheOthersAreRead) {
  const std::string utf8 = "2026-03-02 在庫が不足しています\n";
  const auto sjis = text::EncodeAs("2026-03-02 エラー: 接続できません\n", "CP932");
  const auto euc = text::EncodeAs("2026-03-02 エラー: 接続できません\n", "EUC-JP");
  ASSERT_TRUE(sjis && euc);
  const std::string latin = "caf\xE9 cr\xE9\xE9\n";
  for (const uint64_t step : {uint64_t{7}, uint64_t{1000}}) {
    EXPECT_THAT(Lines("plain\n" + utf8 + *sjis + *euc + utf8, Charset::kUtf8, step),
                ElementsAre("plain", "2026-03-02 在庫が不足しています", "2026-03-02 エラー: 接続できません",
                            "2026-03-02 エラー: 接続できません", "2026-03-02 在庫が不足しています"));
    EXPECT_THAT(Lines(*sjis + utf8, Charset::kCp932, step),
                ElementsAre("2026-03-02 エラー: 接続できません", "2026-03-02 在庫が不足しています"));
  }
  LineCursor cursor(latin, Charset::kUtf8, 0, latin.size(), 100);
  RawLine line;
  ASSERT_TRUE(cursor.Next(&line));
  EXPECT_TRUE(line.invalid);
  EXPECT_EQ(line.text, line.bytes) << "left as it is";
}

TEST(LineCursor, LongLinesAreCutBetweenCharacters) {
  std::string input;
  for (int i = 0; i < 1000; ++i) input += "あ";
  LineCursor cursor(input, Charset::kUtf8, 0, input.size(), 1000);
  RawLine line;
  ASSERT_TRUE(cursor.Next(&line));
  EXPECT_TRUE(line.cut);
  EXPECT_EQ(line.text.size(), 999u);
  EXPECT_FALSE(cursor.Next(&line));
}

TEST(Charset, IsFoundByWhatTheBytesSay) {
  const std::string text = "2026-03-02 注文を受け付けました\n2026-03-02 在庫が不足しています\nplain\n";
  EXPECT_EQ(DetectCharset(text), Charset::kUtf8);
  EXPECT_EQ(DetectCharset("plain ascii\n"), Charset::kUtf8);
  EXPECT_EQ(DetectCharset(""), Charset::kUtf8);
  for (const auto& [charset, name] :
       {std::pair{Charset::kCp932, "CP932"}, std::pair{Charset::kEucJp, "EUC-JP"},
        std::pair{Charset::kUtf16Le, "UTF-16LE"}, std::pair{Charset::kUtf16Be, "UTF-16BE"}}) {
    const auto encoded = text::EncodeAs(text, name);
    ASSERT_TRUE(encoded);
    EXPECT_EQ(DetectCharset(*encoded), charset) << name;
  }
}

}  // namespace
}  // namespace yk::logs
