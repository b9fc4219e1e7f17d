// SPDX-License-Identifier: Apache-2.0
#include "text/dates.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Found(std::string_view text, const DateOptions& options = {}) {
  std::vector<std::string> out;
  for (const auto& spot : FindDates(text, options)) {
    out.push_back(std::string(text.substr(spot.range.begin, spot.range.size())) + "=" + spot.value.ToIso());
  }
  return out;
}

struct Case {
  const char* text;
  const char* iso;
};

TEST(FindDates, ReadsEveryWayOfWritingAsAWhole) {
  const Case cases[] = {
      {"2024年4月1日", "2024-04-01"},
      {"２０２４年４月１日", "2024-04-01"},
      {"2024/04/01", "2024-04-01"},
      {"2024-04-01", "2024-04-01"},
      {"2024.4.1", "2024-04-01"},
      {"令和六年四月一日", "2024-04-01"},
      {"令和6年4月1日", "2024-04-01"},
      {"令和元年5月1日", "2019-05-01"},
      {"令和6年（2024年）4月1日", "2024-04-01"},
      {"2024年（令和6年）4月1日", "2024-04-01"},
      {"令和6（2024）年4月1日", "2024-04-01"},
      {"平成31年4月30日", "2019-04-30"},
      {"昭和六十四年一月七日", "1989-01-07"},
      {"大正15年12月24日", "1926-12-24"},
      {"明治45年7月29日", "1912-07-29"},
      {"R6.4.1", "2024-04-01"},
      {"H31/4/30", "2019-04-30"},
      {"令和6.4.1", "2024-04-01"},
      {"二〇二四年四月二十五日", "2024-04-25"},
      {"令和 6 年 4 月 1 日", "2024-04-01"},
      {"西暦2024年4月1日", "2024-04-01"},
      {"April 1, 2024", "2024-04-01"},
      {"Apr. 1, 2024", "2024-04-01"},
      {"APRIL 1,2024", "2024-04-01"},
      {"1 April 2024", "2024-04-01"},
      {"1st day of April, 2024", "2024-04-01"},
      {"14th day of May 2008", "2008-05-14"},
      {"20t h day of January, 2020", "2020-01-20"},
      {"23rd day of  September, 2016", "2016-09-23"},
      {"twenty-first day of May, 2008", "2008-05-21"},
      {"4/1/2024", "2024-04-01"},
      {"04-01-24", "2024-04-01"},
      {"12/31/99", "1999-12-31"},
      {"1-Apr-2024", "2024-04-01"},
      {"Sept. 5, 2010", "2010-09-05"},
      {"May 3rd, 2011", "2011-05-03"},
      {"平成35年3月31日", "2023-03-31"},
      {"2024年\n4月1日", "2024-04-01"},
  };
  for (const Case& c : cases) {
    const std::string around = std::string("on ") + c.text + " の";
    EXPECT_THAT(Found(around), ElementsAre(std::string(c.text) + "=" + c.iso)) << c.text;
    const auto parsed = ParseDate(c.text);
    ASSERT_TRUE(parsed) << c.text;
    EXPECT_EQ(parsed->ToIso(), c.iso);
  }
}

TEST(FindDates, RefusesDaysThatDoNotExist) {
  for (const char* text :
       {"2024年2月30日", "2023-02-29", "April 31, 2024", "13/13/2024", "令和元年4月1日", "6年4月1日", "1.2.10",
        "12024-01-011", "192.168.10.2024", "2024/04-01", "第4条1項", "0年1月1日", "May 2024", "令和六年"}) {
    EXPECT_THAT(Found(text), ElementsAre()) << text;
  }
  EXPECT_TRUE(IsValidDate({2024, 2, 29}));
  EXPECT_FALSE(IsValidDate({1900, 2, 29}));
}

TEST(FindDates, FollowsThePolicyForAmbiguousOrder) {
  EXPECT_THAT(Found("4/1/2024", {.order = DateOptions::Order::kDayFirst}), ElementsAre("4/1/2024=2024-01-04"));
  EXPECT_THAT(Found("4/1/2024", {.order = DateOptions::Order::kRefuse}), ElementsAre());
  EXPECT_THAT(Found("25/1/2024", {.order = DateOptions::Order::kRefuse}), ElementsAre("25/1/2024=2024-01-25"));
  EXPECT_THAT(Found("1.4.2024"), ElementsAre("1.4.2024=2024-04-01"));
}

TEST(FindDates, FollowsTheOrderThatOtherDatesOfTheTextShow) {
  EXPECT_THAT(Found("04/01/2024 to 31/12/2024"), ElementsAre("04/01/2024=2024-01-04", "31/12/2024=2024-12-31"));
  EXPECT_THAT(Found("12/31/2024 and 04/01/2024", {.order = DateOptions::Order::kDayFirst}),
              ElementsAre("12/31/2024=2024-12-31", "04/01/2024=2024-04-01"));
  EXPECT_THAT(Found("31-12-24, 04/01/2024, 05-06-24"),
              ElementsAre("31-12-24=2024-12-31", "04/01/2024=2024-04-01", "05-06-24=2024-06-05"));
  EXPECT_THAT(Found("31/12/2024, 12/30/2024, 04/01/2024, 5/5/2024"),
              ElementsAre("31/12/2024=2024-12-31", "12/30/2024=2024-12-30", "5/5/2024=2024-05-05"));
}

TEST(FindDates, FindsSeveralInASentence) {
  EXPECT_THAT(
      Found("本契約は2024年4月1日から令和７年３月31日まで。Made this 14th day of May 2008, effective June 1, 2008."),
      ElementsAre("2024年4月1日=2024-04-01", "令和７年３月31日=2025-03-31", "14th day of May 2008=2008-05-14",
                  "June 1, 2008=2008-06-01"));
}

TEST(FindDates, SurvivesHostileTexts) {
  for (const char* unit : {"1", "年", "1年", "/", "1/1/", "may ", "令和", " ", "a", "a ", "1 of may "}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    FindDates(text);
  }
}

TEST(ParseIsoDate, TakesNothingElse) {
  EXPECT_EQ(ParseIsoDate("2024-04-01")->ToIso(), "2024-04-01");
  EXPECT_FALSE(ParseIsoDate("2024-4-1"));
  EXPECT_FALSE(ParseIsoDate("2024-02-30"));
  EXPECT_FALSE(ParseDate("on 2024-04-01"));
}

TEST(FindDates, ReadsBothEndsOfARange) {
  EXPECT_THAT(Found("01/04/2024–30/04/2024"), ElementsAre("01/04/2024=2024-04-01", "30/04/2024=2024-04-30"));
  EXPECT_THAT(Found("利用期間：2024/04/01-2024/04/30"), ElementsAre("2024/04/01=2024-04-01", "2024/04/30=2024-04-30"));
  EXPECT_THAT(Found("01.04.2024-30.04.2024"), ElementsAre("01.04.2024=2024-04-01", "30.04.2024=2024-04-30"));
  EXPECT_THAT(Found("2024-04-01/2024-04-30"), ElementsAre("2024-04-01=2024-04-01", "2024-04-30=2024-04-30"));
  EXPECT_THAT(Found("12024-01-011, 2024/04/01/3, 2024-04-01-7"), ElementsAre());
}

}  // namespace
}  // namespace yk::text
