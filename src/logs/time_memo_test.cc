// SPDX-License-Identifier: Apache-2.0
#include "logs/time_memo.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace yk::logs {
namespace {

TEST(TimeMemo, NeverChangesWhatIsRead) {
  TimeMemo memo;
  const char* const texts[] = {"2026-03-02T10:42:07.123+09:00",
                               "2026-03-02T10:42:07.9Z x",
                               "2026-03-02T10:42:07",
                               "2026-03-02T10:42:071",
                               "2026-03-02T10:42:08.5",
                               "2026-03-02T10:42:8.5",
                               "2026-03-02T10:42:81",
                               "2026-03-02T10:42:8",
                               "Mar  2 10:42:07",
                               "Mar  2 10:42:07 web",
                               "Mar  2 10:42:0",
                               "Mon Mar 02 10:42:07 2026",
                               "Mon Mar 02 10:42:07 2027",
                               "1772448127",
                               "1772448127.5",
                               "02/Mar/2026:10:42:07 +0900",
                               ""};
  for (int round = 0; round < 2; ++round) {
    for (int form = 0; form < static_cast<int>(TimeForms()); ++form) {
      for (const std::string_view text : texts) {
        for (const int year : {2025, 2026}) {
          TimeMatch plain, again;
          ASSERT_EQ(memo.Read(text, form, year, &again), ReadTimeAs(text, form, year, &plain)) << text << form;
          EXPECT_EQ(again.bytes, plain.bytes) << text << form;
          EXPECT_EQ(again.time, plain.time) << text << form;
        }
      }
    }
  }
}

TEST(TimeMemo, ReadsWhatFollowsTheSecondsAnewWhereItDiffers) {
  constexpr std::string_view kTimes[] = {"2026-03-02T10:42:07", "02/Mar/2026:10:42:07", "Mar  2 10:42:07"};
  constexpr std::string_view kTails[] = {".5",  ",123456", ".1234567", "Z",     "UTC", " UTC", " CEST",
                                         "CET", "+09:00",  " +0900",   "-0100", "+09", "5",    "x",
                                         " ",   "]",       ":",        "",      "+",   "GMTx"};
  TimeMemo memo;
  std::mt19937 random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string text(kTimes[random() % std::size(kTimes)]);
    for (unsigned n = random() % 4; n > 0; --n) text += kTails[random() % std::size(kTails)];
    for (int form = 0; form < static_cast<int>(TimeForms()); ++form) {
      TimeMatch plain, again;
      ASSERT_EQ(memo.Read(text, form, 2026, &again), ReadTimeAs(text, form, 2026, &plain)) << text << form;
      ASSERT_EQ(again.bytes, plain.bytes) << text << form;
      ASSERT_EQ(again.time, plain.time) << text << form;
    }
  }
}

}  // namespace
}  // namespace yk::logs
