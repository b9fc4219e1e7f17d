// SPDX-License-Identifier: Apache-2.0
#include "text/numbers.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& spot : FindNumbers(text)) {
    out.push_back(std::string(text.substr(spot.range.begin, spot.range.size())) + "=" + spot.value.value.ToString() +
                  (spot.value.percent ? "%" : ""));
  }
  return out;
}

TEST(FindNumbers, ReadsDigitsAndWidths) {
  EXPECT_THAT(Found("計１，２３４．５個と1,234.50 and 7."),
              ElementsAre("１，２３４．５=1234.5", "1,234.50=1234.50", "7=7"));
  EXPECT_THAT(Found("-5 and △３ (A4 x_9)"), ElementsAre("-5=-5", "△３=-3"));
}

TEST(FindNumbers, ReadsKanjiAndMixedNumerals) {
  EXPECT_THAT(Found("千二百三十円、1億2,000万株、二〇二四年、三名"),
              ElementsAre("千二百三十=1230", "1億2,000万=120000000", "二〇二四=2024", "三=3"));
  EXPECT_THAT(Found("1.5億円"), ElementsAre("1.5億=150000000"));
}

TEST(FindNumbers, LeavesWordsThatHoldNumeralsAlone) {
  EXPECT_THAT(Found("三菱、千葉県、万一、五十嵐、八千穂、一般、百貨店"), ElementsAre());
  EXPECT_THAT(Found("someone, often, tenant, everyone"), ElementsAre());
}

TEST(FindNumbers, ReadsWordsWithTheirDigitsAsOne) {
  EXPECT_THAT(Found("within thirty (30) days or One Hundred and Fifty Thousand units"),
              ElementsAre("thirty (30)=30", "One Hundred and Fifty Thousand=150000"));
  EXPECT_THAT(Found("twenty-one (22)"), ElementsAre("twenty-one=21", "22=22"));
}

TEST(FindNumbers, ReadsPercentages) {
  EXPECT_THAT(Found("年5％、５パーセント、3割、five percent (5%)、2.5 per cent、3割引"),
              ElementsAre("5％=5%", "５パーセント=5%", "3割=30%", "five percent (5%)=5%", "2.5 per cent=2.5%", "3=3"));
  EXPECT_EQ(FindPercentages("1, 2% and 3").size(), 1u);
}

TEST(ParseNumber, TakesTheWholeTextOnly) {
  EXPECT_FALSE(ParseNumber("金"));
  EXPECT_FALSE(ParseNumber("第三"));
  EXPECT_EQ(ParseNumber(" 三十 ")->units, 30);
}

TEST(ParseNumber, ReadsDaiji) {
  EXPECT_EQ(ParseNumber("壱百弐拾参萬")->units, 1230000);
  EXPECT_EQ(ParseNumber("−1,234.5")->ToString(), "-1234.5");
  EXPECT_EQ(ParseNumber("twenty-five")->units, 25);
  EXPECT_FALSE(ParseNumber("12 apples"));
  EXPECT_FALSE(ParseNumber(""));
}

TEST(Decimal, ComparesByValue) {
  EXPECT_EQ((Decimal{1230, 2}), (Decimal{123, 1}));
  EXPECT_EQ((Decimal{-5, 2}).ToString(), "-0.05");
  EXPECT_DOUBLE_EQ((Decimal{12345, 1}).ToDouble(), 1234.5);
}

TEST(FindNumbers, SurvivesHostileTexts) {
  for (const char* unit : {"1", "一", "万", "1,", ",111", "千", "one ", "(", "1(", "億1"}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    for (const auto& spot : FindNumbers(text)) ASSERT_LE(spot.range.end, text.size());
  }
}

}  // namespace
}  // namespace yk::text
