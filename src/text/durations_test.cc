// SPDX-License-Identifier: Apache-2.0
#include "text/durations.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& spot : FindDurations(text)) {
    out.push_back(std::string(text.substr(spot.range.begin, spot.range.size())) + "=" + spot.value.value.ToString() +
                  " " + std::string(TimeUnitName(spot.value.unit)));
  }
  return out;
}

TEST(FindDurations, ReadsEnglishSpans) {
  EXPECT_THAT(Found("within thirty (30) days, a two-year term, 2 weeks, sixty (60) Business Days, 24 hours, 12-month "
                    "period, ten (10)\ncalendar days"),
              ElementsAre("thirty (30) days=30 day", "two-year=2 year", "2 weeks=2 week",
                          "sixty (60) Business Days=60 business_day", "24 hours=24 hour", "12-month=12 month",
                          "ten (10)\ncalendar days=10 day"));
}

TEST(FindDurations, ReadsJapaneseSpans) {
  EXPECT_THAT(
      Found("30日以内、30日間、3か月前、三ヶ月、２年間、60営業日、2週間、24時間、六箇月、満5年"),
      ElementsAre("30日=30 day", "30日間=30 day", "3か月=3 month", "三ヶ月=3 month", "２年間=2 year",
                  "60営業日=60 business_day", "2週間=2 week", "24時間=24 hour", "六箇月=6 month", "5年=5 year"));
}

TEST(FindDurations, ReadsASpanOfTwoUnitsAsOne) {
  EXPECT_THAT(Found("1年6ヶ月、1年半、2年と3か月、2時間半、1時間30分、1年半ば、1週間と2日"),
              ElementsAre("1年6ヶ月=18 month", "1年半=18 month", "2年と3か月=27 month", "2時間半=2.5 hour",
                          "1時間30分=1.5 hour", "1年=1 year", "1週間と2日=9 day"));
  EXPECT_THAT(Found("one (1) year and six (6) months; 1 year, 6 months; 2 years and a half; 30 days and 60 days"),
              ElementsAre("one (1) year and six (6) months=18 month", "1 year, 6 months=18 month",
                          "2 years and a half=30 month", "30 days=30 day", "60 days=60 day"));
  EXPECT_THAT(Found("1年10日、1年6ヶ月10日、1時間7分、1,5 years"), ElementsAre());
}

TEST(FindDurations, LeavesDatesAndPointsInTimeAlone) {
  EXPECT_THAT(Found("2024年4月1日、令和6年4月1日、令和6年、毎月30日、第3年度、3年目、April 1, 2024、the 1st day of "
                    "May、2024年度、10 yearlings"),
              ElementsAre());
}

TEST(FindDurations, DropsWhatIsTooLargeToAddUp) {
  EXPECT_THAT(Found("999999999999999999日半、999999999999999999時間30分"), ElementsAre());
}

TEST(FindDurations, GivesDaysForComparing) {
  const auto spots = FindDurations("2 years; 10 business days; 12 hours");
  ASSERT_EQ(spots.size(), 3u);
  EXPECT_DOUBLE_EQ(spots[0].value.days, 730);
  EXPECT_DOUBLE_EQ(spots[1].value.days, 14);
  EXPECT_DOUBLE_EQ(spots[2].value.days, 0.5);
}

TEST(FindDurations, SurvivesHostileTexts) {
  for (const char* unit : {"1日", "1 ", "年", "one day ", "1年1", "1年1ヶ月1日", "1時間1分", "1年半"}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    for (const auto& spot : FindDurations(text)) ASSERT_LE(spot.range.end, text.size());
  }
}

}  // namespace
}  // namespace yk::text
