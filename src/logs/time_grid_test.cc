// SPDX-License-Identifier: Apache-2.0
#include "logs/time_grid.h"

#include <gtest/gtest.h>

namespace yk::logs {
namespace {

constexpr Micros kSecond = 1'000'000;

TEST(TimeGrid, ADayGetsBinsOfAMinuteThatCoverIt) {
  const Micros day = 20514 * 86400 * kSecond;
  const TimeGrid grid = TimeGrid::Over(day, day + 86399 * kSecond);
  EXPECT_EQ(grid.width, 60 * kSecond);
  EXPECT_EQ(grid.bins, 1440u);
  EXPECT_EQ(grid.coarse, 96u);
  EXPECT_EQ(grid.BinOf(day), 0u);
  EXPECT_EQ(grid.BinOf(day + 61 * kSecond), 1u);
  EXPECT_EQ(grid.BinOf(day + 86399 * kSecond), 1439u);
}

TEST(TimeGrid, TimesOutsideCountInTheFirstAndLastBin) {
  const TimeGrid grid = TimeGrid::Over(1000 * kSecond, 2000 * kSecond);
  EXPECT_EQ(grid.BinOf(-5 * kSecond), 0u);
  EXPECT_EQ(grid.BinOf(900000 * kSecond), grid.bins - 1);
}

TEST(TimeGrid, StaysWithinItsBoundsForAnySpan) {
  for (const Micros span : {Micros{0}, kSecond, 2046 * kSecond, 2048 * kSecond, 86400 * 365 * kSecond,
                            Micros{86400} * 365 * 200 * kSecond}) {
    for (const Micros first : {Micros{-1}, Micros{7}, 12345678 * kSecond}) {
      const TimeGrid grid = TimeGrid::Over(first, first + span);
      EXPECT_LE(grid.bins, TimeGrid::kBinsMax);
      EXPECT_LE(grid.coarse, TimeGrid::kCoarseMax);
      EXPECT_LE(grid.start, first);
      EXPECT_GT(grid.StartOf(grid.bins), first + span);
      EXPECT_LT(grid.CoarseOf(grid.bins - 1), grid.coarse);
    }
  }
}

TEST(TimeGrid, WithoutTimesThereAreNoBins) { EXPECT_EQ(TimeGrid::Over(kNoTime, kNoTime).bins, 0u); }

TEST(TimeGrid, TimesReadAsPeopleWriteThem) {
  EXPECT_EQ(FormatTime(Micros{1772448127} * kSecond + 5), "2026-03-02 10:42:07");
  EXPECT_EQ(FormatTime(-1), "1969-12-31 23:59:59");
  EXPECT_EQ(FormatTime(kNoTime), "-");
}

TEST(TimeGrid, MergingListsOfBinsSumsThem) {
  std::vector<BinCount> a = {{1, 2}, {5, 1}};
  MergeBins(&a, {{0, 1}, {5, 3}, {9, 1}});
  EXPECT_EQ(a, (std::vector<BinCount>{{0, 1}, {1, 2}, {5, 4}, {9, 1}}));
}

}  // namespace
}  // namespace yk::logs
