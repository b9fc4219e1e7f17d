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

TEST(FindMoney, ReadsTheSignWhereverItStands) {
  EXPECT_THAT(Found("金額：-5,000円 金額:−5,000円 金額：－５，０００円 差額−5円 ▲5,000円 △ 5,000円 △¥5"),
              ElementsAre("-5,000円=-5000JPY", "−5,000円=-5000JPY", "－５，０００円=-5000JPY", "−5円=-5JPY",
                          "▲5,000円=-5000JPY", "△ 5,000円=-5000JPY", "△¥5=-5JPY"));
  EXPECT_THAT(Found("-$50.00, −¥5,000, $-50, USD -5, -US$7, (-€5), $10-$50"),
              ElementsAre("-$50.00=-50.00USD", "−¥5,000=-5000JPY", "$-50=-50USD", "USD -5=-5USD", "-US$7=-7USD",
                          "-€5=-5EUR", "$10=10USD", "$50=50USD"));
  EXPECT_THAT(Found("Total: ($50.00)\nNet|($7)|\nLoss $(1,234) ¥(5)\na fee ($3) is due"),
              ElementsAre("$50.00=-50.00USD", "$7=-7USD", "$(1,234)=-1234USD", "¥(5)=-5JPY", "$3=3USD"));
}

TEST(FindMoney, ReadsGroupsOfEveryCountry) {
  EXPECT_THAT(
      Found("EUR 1.234,56; EUR 1.234.567,89; €1.234.567; 10 000 €; 10\u00a0000 €; 12\u2009345 €; ₹1,23,456; CHF "
            "1'234.50; 12,50 €; 1 234,5 EUR; 1.234,56 ユーロ"),
      ElementsAre("EUR 1.234,56=1234.56EUR", "EUR 1.234.567,89=1234567.89EUR", "€1.234.567=1234567EUR",
                  "10 000 €=10000EUR", "10\u00a0000 €=10000EUR", "12\u2009345 €=12345EUR", "₹1,23,456=123456INR",
                  "CHF 1'234.50=1234.50CHF", "12,50 €=12.50EUR", "1 234,5 EUR=1234.5EUR",
                  "1.234,56 ユーロ=1234.56EUR"));
  EXPECT_THAT(Found("€1.234, 1.234 EUR, 12,50円, 5 100円, 3/4 €, 1,2345円, $3 M, €0.123"),
              ElementsAre("€0.123=0.123EUR"));
}

TEST(FindMoney, ReadsFactorsAndHundredthsWhole) {
  EXPECT_THAT(Found("$3M, USD 12.5k, $2.5 million, $2.5-million, 3 Mio. €, ¥5k, 3億2千万円, 5百万円, 1.5百万ドル"),
              ElementsAre("$3M=3000000USD", "USD 12.5k=12500USD", "$2.5 million=2500000USD", "$2.5-million=2500000USD",
                          "3 Mio. €=3000000EUR", "¥5k=5000JPY", "3億2千万円=320000000JPY", "5百万円=5000000JPY",
                          "1.5百万ドル=1500000USD"));
  EXPECT_THAT(Found("100円50銭, 5 dollars and 50 cents, $5, 60 days, 100円 200円, ①5,000円"),
              ElementsAre("100円50銭=100.5JPY", "5 dollars and 50 cents=5.5USD", "$5=5USD", "100円=100JPY",
                          "200円=200JPY", "5,000円=5000JPY"));
}

TEST(FindMoney, LeavesVagueAmountsOut) {
  EXPECT_THAT(Found("数千円、数百万円、何百円、1万数千円、10数円"), ElementsAre());
}

TEST(FindMoney, KeepsPricesPerPiece) {
  EXPECT_THAT(Found("¥1,000/3個, 4/1 500円, 10:30 500円"),
              ElementsAre("¥1,000=1000JPY", "500円=500JPY", "500円=500JPY"));
}

TEST(FindMoney, JoinsWordsAndDigitsOfOneAmount) {
  EXPECT_THAT(Found("pay Five Thousand Dollars ($5,000) and two million (2,000,000) yen"),
              ElementsAre("Five Thousand Dollars ($5,000)=5000USD", "two million (2,000,000) yen=2000000JPY"));
}

TEST(FindMoney, LeavesTheSignToTheAmountItStandsBefore) {
  EXPECT_THAT(Found("£450.00 £90.00 £540.00, EUR 1 EUR 2; 30 June 2024 £450.00; 10 € 20 €; Hosting 2 €10.00"),
              ElementsAre("£450.00=450.00GBP", "£90.00=90.00GBP", "£540.00=540.00GBP", "EUR 1=1EUR", "EUR 2=2EUR",
                          "£450.00=450.00GBP", "10 €=10EUR", "20 €=20EUR", "€10.00=10.00EUR"));
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
