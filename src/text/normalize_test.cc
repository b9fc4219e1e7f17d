// SPDX-License-Identifier: Apache-2.0
#include "text/normalize.h"

#include <gtest/gtest.h>

#include <random>

#include "text/utf8.h"

namespace yk::text {
namespace {

std::string SourceOf(std::string_view text, const FoldedText& folded, std::string_view part) {
  const size_t at = folded.text().find(part);
  if (at == std::string::npos) return "(absent)";
  const Range range = folded.Source({at, at + part.size()});
  return std::string(text.substr(range.begin, range.size()));
}

TEST(Fold, FindsFoldedTextAndReportsTheOriginalPlace) {
  const std::string text = "第　３条\n  （ﾗｲｾﾝｽ料）　㍻１０年";
  const FoldedText folded = Fold(text);
  EXPECT_EQ(folded.text(), "第 3条 (ライセンス料) 平成10年");
  EXPECT_EQ(SourceOf(text, folded, "3条"), "３条");
  EXPECT_EQ(SourceOf(text, folded, "ライセンス料"), "ﾗｲｾﾝｽ料");
  EXPECT_EQ(SourceOf(text, folded, "平"), "㍻");
  EXPECT_EQ(SourceOf(text, folded, "条 ("), "条\n  （");
}

TEST(Fold, JoinsHalfWidthKanaWithItsVoicingMark) {
  const std::string text = "ﾊﾞﾅﾅ";
  const FoldedText folded = Fold(text);
  EXPECT_EQ(folded.text(), "バナナ");
  EXPECT_EQ(SourceOf(text, folded, "バ"), "ﾊﾞ");
}

TEST(Fold, DropsSpaceHyphensAndCaseWhenAsked) {
  EXPECT_EQ(FoldString("Termi-\nnation “Date” – É",
                       {.case_fold = true, .space = Space::kDrop, .punctuation = true, .drop_hyphens = true}),
            "termination\"date\"é");
}

TEST(Fold, KeepsLineFeedsWhenSpaceIsKept) { EXPECT_EQ(FoldString("a\t\nb", {.space = Space::kKeep}), "a \nb"); }

TEST(Fold, EveryFoldedByteMapsIntoTheTextAndInOrder) {
  std::mt19937 random(11);
  const char32_t kinds[] = {U'a', U' ',  U'\n', U'ｶ',      U'ﾞ',  U'㍻',    U'\u0301',
                            U'ﬁ', U'約', U'１', U'\u200B', U'한', U'\u1161'};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) AppendUtf8(kinds[random() % std::size(kinds)], &text);
    const FoldedText folded = Fold(text, {.case_fold = true, .space = Space(random() % 3)});
    size_t last = 0;
    for (size_t i = 0; i < folded.text().size(); ++i) {
      const Range source = folded.Source({i, i + 1});
      ASSERT_LT(source.begin, source.end);
      ASSERT_LE(source.end, text.size());
      ASSERT_GE(source.begin, last);
      ASSERT_TRUE(IsValidUtf8(text.substr(source.begin, source.size())));
      last = source.begin;
    }
  }
}

TEST(Fold, TakesAMillionCombiningMarks) {
  std::string text = "e";
  for (int i = 0; i < 500000; ++i) text += i % 2 ? "\u0301" : "\u0323";
  EXPECT_FALSE(FoldString(text).empty());
}

TEST(FoldWidth, ChangesWidthOnly) { EXPECT_EQ(FoldWidth("ＡＢＣ　ｶﾞｽ①㍻"), "ABC ガス①㍻"); }

TEST(SqueezeSpace, TrimsAndSqueezes) {
  EXPECT_EQ(SqueezeSpace("　 a \n\t b　"), "a b");
  EXPECT_EQ(TrimSpace("　 a \n b　"), "a \n b");
  EXPECT_EQ(TrimSpace(" 　"), "");
}

}  // namespace
}  // namespace yk::text
