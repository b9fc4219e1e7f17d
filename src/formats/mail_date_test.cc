// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_date.h"

#include <gmock/gmock.h>

namespace yk::formats {
namespace {

using testing::HasSubstr;

TEST(MailDateTest, OffsetsAndNamesOfZonesCount) {
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 +0900").utc, "2024-04-01T00:30:00Z");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 JST").local, "2024-04-01T09:30:00+09:00");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 EST").local, "2024-04-01T09:30:00-05:00");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 CEST").local, "2024-04-01T09:30:00+02:00");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 GMT+0900").local, "2024-04-01T09:30:00+09:00");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 +09:00 (JST)").local, "2024-04-01T09:30:00+09:00");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 -600").local, "2024-04-01T09:30:00-06:00");
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 09:30:00 JST").problem, "");
}

TEST(MailDateTest, AZoneThatIsUnknownOrMissingIsSaid) {
  const MailDate unknown = ReadMailDate("Mon, 1 Apr 2024 09:30:00 XYT");
  EXPECT_EQ(unknown.local, "2024-04-01T09:30:00+00:00");
  EXPECT_THAT(unknown.problem, HasSubstr("time zone XYT, which is not known"));
  EXPECT_THAT(ReadMailDate("Mon, 01 Apr 2024 09:30").problem, HasSubstr("names no time zone"));
  EXPECT_THAT(ReadMailDate("Mon Apr 01 09:30:00 2024").problem, HasSubstr("names no time zone"));
  EXPECT_THAT(ReadMailDate("2024-04-01T09:30:00").problem, HasSubstr("names no time zone"));
}

TEST(MailDateTest, Iso8601IsReadToo) {
  EXPECT_EQ(ReadMailDate("2024-04-01T09:30:00+09:00").local, "2024-04-01T09:30:00+09:00");
  EXPECT_EQ(ReadMailDate("2024-04-01T00:30:00.123Z").local, "2024-04-01T00:30:00+00:00");
  EXPECT_EQ(ReadMailDate("2024-04-01 09:30:00 +0900").utc, "2024-04-01T00:30:00Z");
  EXPECT_EQ(ReadMailDate("2024/4/1 9:30 JST").utc, "2024-04-01T00:30:00Z");
}

TEST(MailDateTest, JapaneseNamesOfDaysAndMonthsAreRead) {
  EXPECT_EQ(ReadMailDate("月, 1 4月 2024 09:30:00 +0900").local, "2024-04-01T09:30:00+09:00");
  EXPECT_EQ(ReadMailDate("火, 31 12月 2024 09:30:00 +0900").local, "2024-12-31T09:30:00+09:00");
  EXPECT_EQ(ReadMailDate("2024年4月1日(月) 9:30 +0900").local, "2024-04-01T09:30:00+09:00");
}

TEST(MailDateTest, TheEndOfADayIsTheBeginningOfTheNext) {
  EXPECT_EQ(ReadMailDate("Mon, 1 Apr 2024 24:00:00 +0900").local, "2024-04-02T00:00:00+09:00");
  EXPECT_EQ(ReadMailDate("2024-12-31T24:00:00+09:00").local, "2025-01-01T00:00:00+09:00");
}

TEST(MailDateTest, WhatIsNoDateIsSaid) {
  for (const char* text : {"garbage", "Tue, 31 Feb 2024 09:00:00 +0900", "2024-13-01T09:30:00Z", "月", "年月日"}) {
    EXPECT_EQ(ReadMailDate(text).local, "") << text;
    EXPECT_THAT(ReadMailDate(text).problem, HasSubstr("cannot be read")) << text;
  }
  EXPECT_EQ(ReadMailDate("").problem, "");
}

}  // namespace
}  // namespace yk::formats
