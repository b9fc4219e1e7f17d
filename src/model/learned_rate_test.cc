// SPDX-License-Identifier: Apache-2.0
#include "model/learned_rate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace yk::model {
namespace {

using namespace std::chrono_literals;
constexpr MonoTime kStart{1h};

/// A token bucket, and a client that sends whatever it may and pauses for 50 ms when refused. What got through, and the
/// refusals.
std::pair<double, int> Ask(LearnedRate& learned, double rate, double burst, MonoTime begin, Duration length) {
  double bucket = burst, through = 0;
  int refused = 0;
  MonoTime pause_until{};
  for (MonoTime now = begin; now < begin + length; now += 1ms) {
    bucket = std::min(burst, bucket + rate / 1000);
    for (int at_once = 0; at_once < 10 && now >= pause_until && learned.EligibleAt(now) <= now; ++at_once) {
      learned.OnSent(now);
      if (bucket >= 1) {
        bucket -= 1;
        through += 1;
        continue;
      }
      ++refused;
      learned.OnNotThrough(now);
      pause_until = now + 50ms;
      learned.OnRefused(now, pause_until, true);
    }
  }
  return {through, refused};
}

TEST(LearnedRateTest, HoldsNothingBackBeforeARefusal) {
  LearnedRate learned;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LE(learned.EligibleAt(kStart), kStart);
    learned.OnSent(kStart);
  }
  EXPECT_EQ(learned.Rate(kStart), 0);
}

TEST(LearnedRateTest, FindsTheRateOfABucketAndSeldomPassesIt) {
  for (const auto& [rate, burst] : {std::tuple{400.0, 50.0}, {50.0, 200.0}, {5.0, 1.0}, {2.0, 300.0}, {900.0, 20.0}}) {
    LearnedRate learned;
    Ask(learned, rate, burst, kStart, 2min);  // finds it
    const auto [through, refused] = Ask(learned, rate, burst, kStart + 2min, 5min);
    EXPECT_GE(through, 0.85 * rate * 300) << rate << " " << burst;
    EXPECT_LE(refused, 60) << rate << " " << burst;
  }
}

TEST(LearnedRateTest, FollowsAServerThatBecomesSlowerAndFasterAgain) {
  LearnedRate learned;
  Ask(learned, 100, 50, kStart, 60s);
  const auto slow = Ask(learned, 20, 50, kStart + 60s, 60s);
  EXPECT_GE(slow.first, 0.85 * 20 * 60);
  Ask(learned, 100, 50, kStart + 120s, 60s);  // time to notice
  EXPECT_GE(Ask(learned, 100, 50, kStart + 180s, 60s).first, 0.85 * 100 * 60);
}

TEST(LearnedRateTest, OnlyMeasuresUntilItIsToldThatTheRateIsRefused) {
  LearnedRate learned;
  MonoTime now = kStart;
  auto refuse = [&](bool apply) {
    for (int i = 0; i < 100; ++i) learned.OnSent(now += 10ms);
    learned.OnNotThrough(now);
    learned.OnRefused(now, now + 20ms, apply);
    now += 20ms;
    static_cast<void>(learned.EligibleAt(now));
  };
  refuse(false);
  EXPECT_EQ(learned.Rate(now), 0);
  refuse(true);
  EXPECT_NEAR(learned.Rate(now), 0.9 * 99, 5);
}

TEST(LearnedRateTest, IsForgottenWhenNothingIsRefusedAnyMore) {
  LearnedRate learned;
  Ask(learned, 10, 10, kStart, 60s);
  const MonoTime now = kStart + 60s;
  EXPECT_GT(learned.Rate(now), 0);
  EXPECT_EQ(learned.Rate(now + 2min), 0);
  EXPECT_LE(learned.EligibleAt(now + 2min), now + 2min);
}

TEST(LearnedRateTest, APauseAfterWhichNothingGetsThroughDoesNotLowerIt) {
  LearnedRate learned;
  Ask(learned, 100, 50, kStart, 60s);
  MonoTime now = kStart + 60s;
  auto refused = [&] {
    now = std::max(now, learned.EligibleAt(now));
    learned.OnSent(now);
    learned.OnNotThrough(now);
    learned.OnRefused(now, now + 1s, true);
    now += 1s;
    static_cast<void>(learned.EligibleAt(now));
    return learned.Rate(now);
  };
  const double first = refused();
  EXPECT_GT(first, 0);
  for (int i = 0; i < 20; ++i) EXPECT_DOUBLE_EQ(refused(), first);
}

}  // namespace
}  // namespace yk::model
