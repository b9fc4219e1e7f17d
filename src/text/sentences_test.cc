// SPDX-License-Identifier: Apache-2.0
#include "text/sentences.h"

#include <gmock/gmock.h>

#include <string>

#include "text/normalize.h"

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Pieces(std::string_view text, const std::vector<Range>& ranges) {
  std::vector<std::string> out;
  for (const Range r : ranges) out.push_back(SqueezeSpace(text.substr(r.begin, r.size())));
  return out;
}
std::vector<std::string> Sentences(std::string_view text) { return Pieces(text, SplitSentences(text)); }

TEST(SplitSentences, KeepsAbbreviationsAndWrappedLinesTogether) {
  EXPECT_THAT(Sentences("ABC Holdings, Inc. and U.S. Bank N.A. agree on No. 5 of\nSec. 3.2 at $1.5 million. Mr. J. "
                        "Smith signs. Done!"),
              ElementsAre("ABC Holdings, Inc. and U.S. Bank N.A. agree on No. 5 of Sec. 3.2 at $1.5 million.",
                          "Mr. J. Smith signs.", "Done!"));
}

TEST(SplitSentences, EndsAfterACompanyWhenASentenceBegins) {
  EXPECT_THAT(Sentences("It is made with ABC, Inc. The term is one year."),
              ElementsAre("It is made with ABC, Inc.", "The term is one year."));
}

TEST(SplitSentences, SplitsHeadingsAndItems) {
  EXPECT_THAT(
      Sentences("ARTICLE IV\nTERM AND TERMINATION\n4.1 The term is as follows:\n(a) one year; or\n(b) two\nyears."),
      ElementsAre("ARTICLE IV", "TERM AND TERMINATION", "4.1 The term is as follows:", "(a) one year; or",
                  "(b) two years."));
}

TEST(SplitSentences, SplitsJapaneseOutsideBracketsOnly) {
  EXPECT_THAT(Sentences("第3条（目的）\n甲は「はい。そうです。」と述べた。乙は承諾する（ただし例外。がある）。\n2　期間"
                        "は1.5年とする。"),
              ElementsAre("第3条（目的）", "甲は「はい。そうです。」と述べた。", "乙は承諾する（ただし例外。がある）。",
                          "2 期間は1.5年とする。"));
}

TEST(SplitSentences, JoinsWrappedJapaneseLines) {
  EXPECT_THAT(Sentences("本契約の有効期間は、\n締結日から一年とする。終わり"),
              ElementsAre("本契約の有効期間は、 締結日から一年とする。", "終わり"));
}

TEST(SplitSentences, CoversEveryCharacterButSpace) {
  const std::string text = "A. b (c. d! 第一条 e？f\n\n「g。h\n\tTABLE\tROW\n1. x.y Z. \fq";
  size_t last = 0;
  for (const Range r : SplitSentences(text)) {
    EXPECT_EQ(TrimSpace(text.substr(last, r.begin - last)), "");
    EXPECT_LT(r.begin, r.end);
    last = r.end;
  }
  EXPECT_EQ(TrimSpace(text.substr(last)), "");
}

TEST(SplitSentences, TakesAMillionOfAnything) {
  for (const char* unit : {".", "(", "。", "A. ", "「", "\n", "a"}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    EXPECT_LE(SplitSentences(text).size(), text.size());
  }
}

TEST(SplitClauses, CutsAtSemicolonsAndItems) {
  const std::string text = "Seller shall: (i) pay; (ii) deliver the goods; and leave.";
  EXPECT_THAT(Pieces(text, SplitClauses(text)),
              ElementsAre("Seller shall:", "(i) pay;", "(ii) deliver the goods;", "and leave."));
}

TEST(IsHeading, TellsHeadingsFromText) {
  for (const char* yes : {"ARTICLE IV", "Section 3.2 Term", "第3条（秘密保持）", "第十二章　雑則", "1. Definitions",
                          "EXHIBIT A", "GOVERNING LAW", "【別紙】"}) {
    EXPECT_TRUE(IsHeading(yes)) << yes;
  }
  for (const char* no : {"Section 3.2 of this Agreement shall", "第3条に定める事項を除き、甲は",
                         "1. The Seller shall deliver the goods.", "a", "2024", "", "甲は乙に対して支払う。"}) {
    EXPECT_FALSE(IsHeading(no)) << no;
  }
}

TEST(EnumeratorLength, KnowsItemsOfBothLanguages) {
  EXPECT_EQ(EnumeratorLength("(a) x"), 4u);
  EXPECT_EQ(EnumeratorLength("1.2 x"), 4u);
  EXPECT_EQ(EnumeratorLength("iv. x"), 4u);
  EXPECT_EQ(EnumeratorLength("（１）x"), 9u);
  EXPECT_EQ(EnumeratorLength("第3条 x"), 8u);
  EXPECT_EQ(EnumeratorLength("①x"), 3u);
  EXPECT_EQ(EnumeratorLength("30 days"), 0u);
  EXPECT_EQ(EnumeratorLength("Seller x"), 0u);
  EXPECT_EQ(EnumeratorLength("2024年"), 0u);
}

}  // namespace
}  // namespace yk::text
