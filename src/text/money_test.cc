// SPDX-License-Identifier: Apache-2.0
#include "text/money.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& spot : FindMoney(text)) {
    out.push_back(std::string(text.substr(spot.range.begin, spot.range.size())) + "=" + spot.value.amount.ToString() +
                  spot.value.currency);
  }
  return out;
}

TEST(FindMoney, ReadsYen) {
  EXPECT_THAT(Found("¥1,200、￥３，０００、1,200円、1,200万円、3億円、金壱百万円、金1,000,000円也"),
              ElementsAre("¥1,200=1200JPY", "￥３，０００=3000JPY", "1,200円=1200JPY", "1,200万円=12000000JPY",
                          "3億円=300000000JPY", "金壱百万円=1000000JPY", "金1,000,000円也=1000000JPY"));
  EXPECT_THAT(Found("月額一万二千円（税別）、1億2,000万円"),
              ElementsAre("一万二千円=12000JPY", "1億2,000万円=120000000JPY"));
}

TEST(FindMoney, ReadsOtherCurrencies) {
  EXPECT_THAT(Found("$1.5 million, US$5, USD 5,000, EUR 10, €10, £3.50, 1,200,000 dollars, 500ドル, 10 Euros"),
              ElementsAre("$1.5 million=1500000USD", "US$5=5USD", "USD 5,000=5000USD", "EUR 10=10EUR", "€10=10EUR",
                          "£3.50=3.50GBP", "1,200,000 dollars=1200000USD", "500ドル=500USD", "10 Euros=10EUR"));
}

TEST(FindMoney, JoinsWordsAndDigitsOfOneAmount) {
  EXPECT_THAT(Found("pay Five Thousand Dollars ($5,000) and two million (2,000,000) yen"),
              ElementsAre("Five Thousand Dollars ($5,000)=5000USD", "two million (2,000,000) yen=2000000JPY"));
}

TEST(FindMoney, LeavesOtherNumbersAlone) {
  EXPECT_THAT(Found("30 days, 3名, 2024年, 現金3枚, 5 pounds, 令和元年, tabs 5, 10%"), ElementsAre());
}

TEST(FindMoney, SurvivesHostileTexts) {
  for (const char* unit : {"$", "1円", "金", "$1 ", "(", "¥ "}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    for (const auto& spot : FindMoney(text)) ASSERT_LE(spot.range.end, text.size());
  }
}

}  // namespace
}  // namespace yk::text
