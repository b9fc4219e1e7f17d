// SPDX-License-Identifier: Apache-2.0
#include "builtin/description_cues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yk::builtin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Phrases(std::string_view description, bool against = false) {
  std::vector<std::string> out;
  for (const DescriptionCue& cue : CuesOfDescription(description)) {
    if (cue.against == against) out.push_back(cue.phrase);
  }
  return out;
}

TEST(DescriptionCues, AreTheNounsThatADocumentWouldUseToo) {
  EXPECT_THAT(Phrases("合計金額"), ElementsAre("合計金額"));
  EXPECT_THAT(Phrases("請求書の合計金額（税込）"), ElementsAre("合計金額", "請求書", "税込"));
  EXPECT_THAT(Phrases("支払期限の日付。書類に記載がある場合"), ElementsAre("支払期限"));
  EXPECT_THAT(Phrases("お支払いの方法"), ElementsAre("支払", "方法"));
  EXPECT_THAT(Phrases("インターネットサービスの月額料金"), ElementsAre("月額料金", "インターネットサービス"));
}

TEST(DescriptionCues, WhatADescriptionIsAboutCountsMore) {
  const auto cues = CuesOfDescription("請求書の合計金額");
  ASSERT_EQ(cues.size(), 2u);
  EXPECT_GT(cues[0].weight, cues[1].weight);
}

TEST(DescriptionCues, WhatIsExcludedSpeaksAgainst) {
  EXPECT_THAT(Phrases("送料を除く商品代金"), ElementsAre("商品代金"));
  EXPECT_THAT(Phrases("送料を除く商品代金", true), ElementsAre("送料"));
  EXPECT_THAT(Phrases("手数料以外の金額", true), ElementsAre("手数料"));
}

TEST(DescriptionCues, OfEnglishArePhrasesBetweenSmallWords) {
  EXPECT_THAT(Phrases("Total amount due"), ElementsAre("total amount due"));
  EXPECT_THAT(Phrases("The date of the invoice."), ElementsAre("invoice"));
  EXPECT_THAT(Phrases("Monthly rent in euros, without utilities"), ElementsAre("monthly rent", "euros"));
  EXPECT_THAT(Phrases("Monthly rent in euros, without utilities", true), ElementsAre("utilities"));
  EXPECT_THAT(Phrases("a date"), IsEmpty());
}

TEST(DescriptionCues, RubbishGivesNone) {
  EXPECT_THAT(Phrases(""), IsEmpty());
  EXPECT_THAT(Phrases("の"), IsEmpty());
  EXPECT_THAT(Phrases("\xE5\x90"), IsEmpty());
  EXPECT_THAT(Phrases(std::string(300, '\xE5')), IsEmpty());
}

}  // namespace
}  // namespace yk::builtin
