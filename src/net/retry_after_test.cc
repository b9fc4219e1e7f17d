// SPDX-License-Identifier: Apache-2.0
#include "net/retry_after.h"

#include <gtest/gtest.h>

namespace yk::net {
namespace {

using std::chrono::milliseconds;

const WallTime kNow = FromUnixMs(784'111'777'000);  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(ParseHttpDate, ReadsTheThreeFormsOfTheStandard) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kNow);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kNow);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994", kNow), kNow);
  EXPECT_EQ(ParseHttpDate("Wed Nov 16 08:49:37 1994", kNow), kNow + std::chrono::hours(240));
}

TEST(ParseHttpDate, PutsATwoDigitYearInTheNearerCentury) {
  const WallTime in_2030 = *ParseHttpDate("Tue, 01 Jan 2030 00:00:00 GMT", kNow);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", in_2030), kNow);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-31 08:49:37 GMT", in_2030),
            ParseHttpDate("Thu, 06 Nov 2031 08:49:37 GMT", kNow));
}

TEST(ParseHttpDate, RefusesDaysThatDoNotExistAndLeftovers) {
  EXPECT_EQ(ParseHttpDate("Thu, 29 Feb 2023 00:00:00 GMT", kNow), std::nullopt);
  EXPECT_NE(ParseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", kNow), std::nullopt);
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 25:49:37 GMT", kNow), std::nullopt);
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT x", kNow), std::nullopt);
  EXPECT_EQ(ParseHttpDate("Sun", kNow), std::nullopt);
  EXPECT_EQ(ParseHttpDate("", kNow), std::nullopt);
}

TEST(FormatHttpDate, IsReadBackForEveryDayOfAHundredYears) {
  for (int day = 0; day < 36'525; ++day) {
    const WallTime t = FromUnixMs((int64_t{day} * 86'400 + day % 86'400) * 1000);
    ASSERT_EQ(ParseHttpDate(FormatHttpDate(t), kNow), t) << FormatHttpDate(t);
  }
}

TEST(ParseRetryAfter, ReadsSecondsAndDates) {
  EXPECT_EQ(ParseRetryAfter("120", kNow), milliseconds(120'000));
  EXPECT_EQ(ParseRetryAfter(" 1.5 ", kNow), milliseconds(1'500));
  EXPECT_EQ(ParseRetryAfter("0", kNow), milliseconds(0));
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:50:07 GMT", kNow), milliseconds(30'000));
}

TEST(ParseRetryAfter, TakesAPastDateForNowAndCutsAtADay) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", kNow), milliseconds(0));
  EXPECT_EQ(ParseRetryAfter("99999999999999999999", kNow), milliseconds(86'400'000));
  EXPECT_EQ(ParseRetryAfter("Mon, 06 Nov 2034 08:00:00 GMT", kNow), milliseconds(86'400'000));
}

TEST(ParseRetryAfter, RefusesWhatIsNeither) {
  for (const char* text : {"", " ", "soon", "-1", "1e3", "1 2", "1..2", "0x10", "inf", "nan", "Sunday"}) {
    EXPECT_EQ(ParseRetryAfter(text, kNow), std::nullopt) << text;
  }
}

TEST(ParseResetInterval, ReadsTheFormsProvidersSend) {
  EXPECT_EQ(ParseResetInterval("2", kNow), milliseconds(2'000));
  EXPECT_EQ(ParseResetInterval("1.5s", kNow), milliseconds(1'500));
  EXPECT_EQ(ParseResetInterval("120ms", kNow), milliseconds(120));
  EXPECT_EQ(ParseResetInterval("6m0s", kNow), milliseconds(360'000));
  EXPECT_EQ(ParseResetInterval("1h2m3s", kNow), milliseconds(3'723'000));
  EXPECT_EQ(ParseResetInterval("1994-11-06T08:49:47Z", kNow), milliseconds(10'000));
  EXPECT_EQ(ParseResetInterval("1994-11-06T08:49:47.250Z", kNow), milliseconds(10'000));
}

TEST(ParseResetInterval, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"", "s", "5x", "5s6", "m5", "tomorrow", "1994-11-06"}) {
    EXPECT_EQ(ParseResetInterval(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace yk::net
