// SPDX-License-Identifier: Apache-2.0
#include "incidents/series.h"

#include <gtest/gtest.h>

namespace yk::incidents {
namespace {

Series Flat(size_t size, double value) { return Series(size, value); }

TEST(Series, ABurstIsTheHighestWindow) {
  Series counts = Flat(48, 10);
  counts[20] = counts[21] = 90;
  const Window window = HighestWindow(counts, Flat(48, 1));
  EXPECT_EQ(window.begin, 20u);
  EXPECT_EQ(window.end, 22u);
  EXPECT_NEAR(window.expected, 20, .01);
  EXPECT_GT(window.llr, 100);
}

TEST(Series, AStepThatLastsToTheEndIsOneWindow) {
  Series counts = Flat(40, 5);
  for (size_t i = 25; i < 40; ++i) counts[i] = 50;
  const Window window = HighestWindow(counts, Flat(40, 1));
  EXPECT_EQ(window.begin, 25u);
  EXPECT_EQ(window.end, 40u);
}

TEST(Series, MoreLinesAtABusyHourAreNoBurst) {
  Series traffic = Flat(24, 1);
  for (size_t i = 9; i < 18; ++i) traffic[i] = 5;
  Series counts = traffic;
  for (double& count : counts) count *= 30;
  EXPECT_LT(HighestWindow(counts, traffic).llr, 1e-6);
}

TEST(Series, AGapIsTheLowestWindow) {
  Series counts = Flat(30, 20);
  for (size_t i = 12; i < 16; ++i) counts[i] = 8;
  const Window window = LowestWindow(counts, Flat(30, 1));
  EXPECT_EQ(window.begin, 12u);
  EXPECT_EQ(window.end, 16u);
  EXPECT_NEAR(window.expected, 80, .01);
}

TEST(Series, WhatComesAgainAndAgainRecurs) {
  Series counts = Flat(96, 0);
  for (size_t i = 5; i < 96; i += 24) counts[i] = 100;
  const Series traffic = Flat(96, 1);
  EXPECT_NEAR(Recurrence(counts, traffic, HighestWindow(counts, traffic)), 1, .01);
  for (size_t i = 6; i < 96; ++i) counts[i] = 0;
  EXPECT_EQ(Recurrence(counts, traffic, HighestWindow(counts, traffic)), 0);
}

TEST(Series, UnevenCountsAreDispersed) {
  Series even = Flat(60, 30), uneven = Flat(60, 30);
  for (size_t i = 0; i < 60; ++i) {
    even[i] += i % 2 == 0 ? 3 : -3;
    uneven[i] += i % 2 == 0 ? 25 : -25;
  }
  EXPECT_LT(Dispersion(even, Flat(60, 1)), 2);
  EXPECT_GT(Dispersion(uneven, Flat(60, 1)), 10);
}

TEST(Series, ALineFitsItself) {
  const Series x = {0, 1, 2, 3, 4}, y = {10, 12, 14, 16, 18};
  const Trend trend = FitTrend(x, y);
  EXPECT_NEAR(trend.r2, 1, 1e-9);
  EXPECT_NEAR(trend.rise, 8, 1e-9);
}

TEST(Series, NothingGivesNothing) {
  EXPECT_EQ(HighestWindow(Flat(10, 0), Flat(10, 1)).llr, 0);
  EXPECT_EQ(HighestWindow({}, {}).llr, 0);
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Dispersion({}, {}), 1);
}

TEST(Series, WhatComesByATimerRisesOnlyWhenItComesMoreOften) {
  // Traffic that sleeps at night, and a check that does not.
  Series traffic(96, 1), checks(96, 90);
  for (size_t i = 0; i < 20; ++i) traffic[i] = .1;
  const Series clock(96, 1);
  EXPECT_GT(HighestWindow(checks, traffic, .7).llr, 100);
  EXPECT_FALSE(PassingRise(checks, traffic, clock).sure);
  for (size_t i = 40; i < 44; ++i) checks[i] = 900;
  const Passing rise = PassingRise(checks, Series(96, 1), clock);
  EXPECT_TRUE(rise.sure);
  EXPECT_EQ(rise.window.begin, 40u);
  EXPECT_EQ(rise.window.end, 44u);
}

}  // namespace
}  // namespace yk::incidents
