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

TEST(FindNumbers, ReadsASignBehindALabelButNoHyphen) {
  EXPECT_THAT(Found("値：-5 値:−5 値＝－５ (-5) \"-5\" |-5| 差−5 マイナス5 at minus 5 △ 5"),
              ElementsAre("-5=-5", "−5=-5", "－５=-5", "-5=-5", "-5=-5", "-5=-5", "−5=-5", "マイナス5=-5", "minus 5=-5",
                          "△ 5=-5"));
  EXPECT_THAT(Found("3-5 A-5 国道-5 8−5 10 minus 5"),
              ElementsAre("3=3", "5=5", "5=5", "5=5", "8=8", "5=5", "10=10", "5=5"));
}

TEST(FindNumbers, ReadsGroupsOfEveryCountryOrNothing) {
  EXPECT_THAT(Found("1.234,56 a 1'234.50 b 1’234’567 c 1 000 d 12\u00a0345 e 1\u202f234\u202f567,8 f 1 234 050"),
              ElementsAre("1.234,56=1234.56", "1'234.50=1234.50", "1’234’567=1234567", "1 000=1000",
                          "12\u00a0345=12345", "1\u202f234\u202f567,8=1234567.8", "1 234 050=1234050"));
  EXPECT_THAT(Found("12,5 a 12 345 b 1,2345 c 1.234.567 d 1,23,456 e 12345,678 f 3/4 g 1 1/2 h 2024/04/01 i 4/1"),
              ElementsAre());
}

TEST(FindNumbers, KeepsListsAndColumnsApart) {
  EXPECT_THAT(Found("1,2,3 a 2021,2022 b 1.5,2.5 c 1, 2, 3"),
              ElementsAre("1=1", "2=2", "3=3", "2021=2021", "2022=2022", "1.5=1.5", "2.5=2.5", "1=1", "2=2", "3=3"));
  EXPECT_THAT(Found("5\t100 a 5　100 b 5  100 c 5 234,567 d 12 345 6789"),
              ElementsAre("5=5", "100=100", "5=5", "100=100", "5=5", "100=100", "5=5", "234,567=234567", "12=12",
                          "345=345", "6789=6789"));
}

TEST(FindNumbers, LeavesAListOutWhoseUnitMayBelongToAnyOfIt) {
  EXPECT_THAT(Found("1,2,3万 a 2021,2022万 b 1.5,2.5億"), ElementsAre());
}

TEST(FindNumbers, LeavesVersionsAndAddressesAlone) {
  EXPECT_THAT(Found("1.2.3, 192.168.100.200, v2.0.1, Section 4.1.2"), ElementsAre());
  EXPECT_THAT(Found("It was 2024. Page 12. Item 3."), ElementsAre("2024=2024", "12=12", "3=3"));
}

TEST(FindNumbers, ReadsFractionsExponentsAndFactorsWhole) {
  EXPECT_THAT(Found("½ a 2½ b 2 ¾ c 1e6 d 2.5E-3 e 3 million f 2.5-million g -½"),
              ElementsAre("½=0.5", "2½=2.5", "2 ¾=2.75", "1e6=1000000", "2.5E-3=0.0025", "3 million=3000000",
                          "2.5-million=2500000", "-½=-0.5"));
  EXPECT_THAT(Found("⅓ a 2⅓ b 1e400 c 5² d 12k e 3M f 1⁄2"), ElementsAre("2=2"));
}

TEST(FindNumbers, KeepsEnclosedNumbersOffTheDigitsBehindThem) {
  EXPECT_THAT(Found("①5個 ②3個 ⒈7と100㎡"), ElementsAre("5=5", "3=3", "7=7", "100=100"));
}

TEST(FindNumbers, LeavesVagueNumbersOut) {
  EXPECT_THAT(Found("数千円、数百名、何百回、十数名、10数名、1万数千円、三千数百円、数10名、二・五倍"), ElementsAre());
  EXPECT_THAT(Found("件数10件、人数三十名、総数千"), ElementsAre("10=10", "三十=30"));
}

TEST(FindNumbers, ReadsTenthsWithWhatFollowsThem) {
  EXPECT_THAT(Found("2割5分、３割３分３厘、2割半、二割五分、-3.5%、：-3.5%、12,5 %、3割引"),
              ElementsAre("2割5分=25%", "３割３分３厘=33.3%", "2割半=25%", "二割五分=25%", "-3.5%=-3.5%", "-3.5%=-3.5%",
                          "12,5 %=12.5%", "3=3"));
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
  EXPECT_EQ(ParseNumber("12 345")->units, 12345);
  EXPECT_EQ(ParseNumber("1.234,5")->ToString(), "1234.5");
  EXPECT_FALSE(ParseNumber("12,5"));
  EXPECT_FALSE(ParseNumber("1.234.567"));
  EXPECT_FALSE(ParseNumber(""));
}

TEST(Decimal, ComparesByValue) {
  EXPECT_EQ((Decimal{1230, 2}), (Decimal{123, 1}));
  EXPECT_EQ((Decimal{-5, 2}).ToString(), "-0.05");
  EXPECT_DOUBLE_EQ((Decimal{12345, 1}).ToDouble(), 1234.5);
}

TEST(FindNumbers, SurvivesHostileTexts) {
  for (const char* unit : {"1",    "一", "万",   "1,", ",111", "千", "one ", "(",      "1(", "億1", "1 ",        "111 ",
                           "111'", "1.", "1,1.", "1/", "1e1",  "½",  "数千", "1割5分", "-",  "△",   "1 million "}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    for (const auto& spot : FindNumbers(text)) ASSERT_LE(spot.range.end, text.size());
  }
}

}  // namespace
}  // namespace yk::text
