// SPDX-License-Identifier: Apache-2.0
#include "logs/timestamp.h"

#include <gtest/gtest.h>

#include <string>

namespace yk::logs {
namespace {

std::string Time(std::string_view text) {
  const TimeMatch match = ReadTime(text, 2026);
  return match.found() ? FormatTime(match.time) + " +" + std::to_string(text.size() - match.bytes) : "none";
}

TEST(Timestamp, ReadsTheFormsOfManyPrograms) {
  for (const std::string_view text : {"2026-03-02T10:42:07.123+09:00",
                                      "2026-03-02 10:42:07,123",
                                      "2026/03/02 10:42:07",
                                      "2026.03.02 10:42:07",
                                      "2026-03-02-10.42.07.123456",
                                      "20260302-10:42:07:5",
                                      "20260302 10:42:07",
                                      "20260302T104207Z",
                                      "02/Mar/2026:10:42:07 +0900",
                                      "Mon Mar 02 10:42:07 2026",
                                      "Mon Mar  2 10:42:07.123 2026",
                                      "Mon, 02 Mar 2026 10:42:07 GMT",
                                      "Mar  2 10:42:07",
                                      "Mar 2, 2026 10:42:07 AM",
                                      "02 Mar 2026 10:42:07",
                                      "2-Mar-2026 10:42:07",
                                      "03-02 10:42:07.811",
                                      "3/2/2026 10:42:07 AM",
                                      "26/03/02 10:42:07",
                                      "260302 104207",
                                      "2.3.2026 10:42:07",
                                      "1772448127",
                                      "1772448127123",
                                      "1772448127123456",
                                      "2026年3月2日 10時42分07秒",
                                      "2026年03月02日10時42分07秒",
                                      "2026年3月2日(月) 10:42:07",
                                      "令和8年3月2日 10時42分07秒",
                                      "R8.3.2 10:42:07",
                                      "R08/03/02 10:42:07",
                                      "令和 8年3月2日 10:42:07",
                                      "2026/03/02(月) 10:42:07",
                                      "2026/03/02 (月) 10:42:07",
                                      "2026-03-02（月） 10:42:07",
                                      "2026/03/02(Mon) 10:42:07",
                                      "3月2日 10:42:07",
                                      "3月2日 10時42分07秒",
                                      "3月2日(月) 10時42分07秒",
                                      "2026年3月2日 午前10時42分7秒",
                                      "２０２６年３月２日 １０：４２：０７",
                                      "２０２６／０３／０２　１０：４２：０７",
                                      "2026-03-02,10:42:07",
                                      "2026/03/02,10:42:07",
                                      "3/2/2026,10:42:07 AM",
                                      "20260302104207",
                                      "20260302104207123",
                                      "E0302 10:42:07.123456",
                                      "I20260302 10:42:07.123456"}) {
    EXPECT_EQ(Time(text), "2026-03-02 10:42:07 +0") << text;
  }
  EXPECT_EQ(Time("令和元年5月1日 10時42分07秒"), "2019-05-01 10:42:07 +0");
  EXPECT_EQ(Time("3/2/2026 10:42:07 PM"), "2026-03-02 22:42:07 +0");
  EXPECT_EQ(Time("2026年11月28日 午後2時5分"), "2026-11-28 14:05:00 +0");
  EXPECT_EQ(Time("2026年11月28日 午前0時5分"), "2026-11-28 00:05:00 +0");
  EXPECT_EQ(Time("2026年11月28日 午後 0時5分"), "2026-11-28 12:05:00 +0");
  EXPECT_EQ(Time("28/11/2026 10:42:07"), "2026-11-28 10:42:07 +0");
  EXPECT_EQ(Time("11/28/26,10:42:07,"), "2026-11-28 10:42:07 +1");
}

TEST(Timestamp, StopsWhereTheTimeEnds) {
  EXPECT_EQ(Time("2026-03-02 10:42:07 INFO x"), "2026-03-02 10:42:07 +7");
  EXPECT_EQ(Time("Mar 2 10:42:07 web01 sshd"), "2026-03-02 10:42:07 +11");
}

TEST(Timestamp, RefusesWhatOnlyLooksLikeATime) {
  for (const std::string_view text : {"", "order 12", "2026-13-02 10:42:07", "17724481271", "1772448127.5x",
                                      "99999999999999", "10.0.0.1", "March", "令和"}) {
    EXPECT_EQ(Time(text), "none") << text;
  }
}

TEST(Timestamp, KeepsFractionsToTheMicrosecond) {
  EXPECT_EQ(ReadTime("2026-03-02 10:42:07.000123", 2026).time - ReadTime("2026-03-02 10:42:07", 2026).time, 123);
  EXPECT_EQ(ReadTime("1772448127123", 2026).time % 1'000'000, 123'000);
}

TEST(Timestamp, AHintIsTriedFirstAndMayBeWrong) {
  const TimeMatch first = ReadTime("03-02 10:42:07", 2026);
  EXPECT_EQ(ReadTime("03-02 10:42:08", 2026, first.form).time - first.time, 1'000'000);
  EXPECT_EQ(FormatTime(ReadTime("Mar 2 10:42:07", 2026, first.form).time), "2026-03-02 10:42:07");
  EXPECT_GE(TimeForms(), 25u);
}

}  // namespace
}  // namespace yk::logs
