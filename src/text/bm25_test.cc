// SPDX-License-Identifier: Apache-2.0
#include "text/bm25.h"

#include <gtest/gtest.h>

#include <random>

namespace yk::text {
namespace {

TEST(Bm25Index, RanksTheEntryThatIsAboutTheQueryFirst) {
  Bm25Index index;
  index.Add("The supplier delivers goods within thirty days.");
  index.Add("This agreement is governed by the laws of Delaware.");
  index.Add("本契約は日本法に準拠し、東京地方裁判所を専属的合意管轄裁判所とする。");
  index.Add("秘密情報を第三者に開示してはならない。");
  EXPECT_EQ(index.Search("governing law", 3).at(0).entry, 1u);
  EXPECT_EQ(index.Search("管轄裁判所", 3).at(0).entry, 2u);
  EXPECT_EQ(index.Search("秘密保持", 1).at(0).entry, 3u);
  EXPECT_EQ(index.Search("delivery of goods", 1).at(0).entry, 0u);
}

TEST(Bm25Index, FindsNothingForUnknownWordsAndEmptyIndexes) {
  Bm25Index index;
  EXPECT_TRUE(index.Search("x", 5).empty());
  index.Add("");
  EXPECT_TRUE(index.Search("x", 5).empty());
  index.Add("x");
  EXPECT_EQ(index.Search("x", 5).size(), 1u);
  EXPECT_TRUE(index.Search("x", 0).empty());
}

TEST(Bm25Index, TopKIsThePrefixOfTheFullRanking) {
  std::mt19937 random(3);
  Bm25Index index;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (int j = 0; j < 20; ++j) text += "w" + std::to_string(random() % 40) + " ";
    index.Add(text);
  }
  const auto all = index.Search("w1 w2 w3", 300);
  const auto few = index.Search("w1 w2 w3", 10);
  ASSERT_EQ(few.size(), 10u);
  for (size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i], all[i]);
  for (size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i - 1].score, all[i].score);
}

}  // namespace
}  // namespace yk::text
