// SPDX-License-Identifier: Apache-2.0
#include "model/pacer.h"

#include <gtest/gtest.h>

#include <random>

namespace yk::model {
namespace {

using namespace std::chrono_literals;
constexpr MonoTime kStart{1h};

TEST(PacerTest, WithoutALimitEverythingPasses) {
  Pacer pacer(0.96);
  pacer.Debit(kStart, 1e12);
  EXPECT_LE(pacer.EligibleAt(1e12), kStart);
}

TEST(PacerTest, NeverPassesTheLimitInAnyMinuteWhateverTheCosts) {
  std::mt19937 random(3);
  Pacer pacer(0.96);
  pacer.SetLimit(10'000);
  std::vector<std::pair<MonoTime, double>> sent;
  for (MonoTime now = kStart; now < kStart + 10min; now += 20ms) {
    const double cost = 1 + random() % 400;
    if (pacer.EligibleAt(cost) > now) continue;
    pacer.Debit(now, cost);
    sent.emplace_back(now, cost);
  }
  double total = 0;
  size_t first = 0;
  double window = 0;
  for (const auto& [at, cost] : sent) {
    total += cost;
    window += cost;
    while (at - sent[first].first >= 60s) window -= sent[first++].second;
    EXPECT_LE(window, 10'000);
  }
  EXPECT_GE(total, 0.93 * 10 * 10'000);
}

TEST(PacerTest, CorrectionsGiveBackAndTake) {
  Pacer pacer(1);
  pacer.SetLimit(60);  // one a second
  pacer.Debit(kStart, 100);
  EXPECT_GT(pacer.EligibleAt(1), kStart + 90s);
  pacer.Correct(-100);
  EXPECT_LE(pacer.EligibleAt(1), kStart);
  pacer.Correct(50);
  EXPECT_GT(pacer.EligibleAt(1), kStart + 40s);
}

TEST(PacerTest, ARequestDearerThanTheHeadStartStillPasses) {
  Pacer pacer(1);
  pacer.SetLimit(60);
  EXPECT_LE(pacer.EligibleAt(1000), kStart);
}

TEST(PacerTest, AnEmptyWindowBlocksUntilItsReset) {
  Pacer pacer(1);
  pacer.Observe(kStart, 0, 7000ms);
  EXPECT_EQ(pacer.EligibleAt(1), kStart + 7s);
  pacer.Observe(kStart, 12, 9000ms);
  EXPECT_EQ(pacer.EligibleAt(1), kStart + 7s);
}

}  // namespace
}  // namespace yk::model
