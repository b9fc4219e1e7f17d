// SPDX-License-Identifier: Apache-2.0
#include "model/breaker.h"

#include <gtest/gtest.h>

namespace yk::model {
namespace {

using namespace std::chrono_literals;
constexpr MonoTime kStart{1h};
const Error kReset{Code::kUnavailable, "reset", {}};

TEST(BreakerTest, OpensAfterFiveFailuresInARowAndLetsOneProbeThrough) {
  Breaker breaker({});
  for (uint64_t ask = 1; ask <= 5; ++ask) {
    EXPECT_FALSE(breaker.open());
    breaker.OnDead(kStart, ask, kReset);
  }
  EXPECT_TRUE(breaker.open());
  EXPECT_TRUE(breaker.several());
  EXPECT_EQ(breaker.Ask(kStart), Breaker::Gate::kWait);
  const MonoTime probe = breaker.probe_at();
  EXPECT_LE(probe, kStart + 2s);
  EXPECT_EQ(breaker.Ask(probe), Breaker::Gate::kProbe);
  breaker.OnSent(probe);
  EXPECT_EQ(breaker.Ask(probe), Breaker::Gate::kWait) << "one probe at a time";
  breaker.OnAlive();
  EXPECT_EQ(breaker.Ask(probe), Breaker::Gate::kPass);
}

TEST(BreakerTest, AnAnswerBetweenFailuresKeepsItClosed) {
  Breaker breaker({});
  for (uint64_t ask = 1; ask <= 100; ++ask) {
    breaker.OnDead(kStart, ask, kReset);
    if (ask % 4 == 0) breaker.OnAlive();
    EXPECT_FALSE(breaker.open());
  }
}

TEST(BreakerTest, ASlowlyFailingEndpointIsDeadWithinThirtySeconds) {
  Breaker breaker({});
  breaker.OnDead(kStart, 1, kReset);
  breaker.OnDead(kStart + 25s, 2, kReset);
  EXPECT_TRUE(breaker.open());
}

TEST(BreakerTest, OneQuestionThatBreaksEveryConnectionIsToldApart) {
  Breaker breaker({});
  for (int i = 0; i < 10; ++i) breaker.OnDead(kStart, 7, kReset);
  EXPECT_FALSE(breaker.several());
}

TEST(BreakerTest, FailedProbesRestLongerUpToABound) {
  Breaker breaker({});
  for (uint64_t ask = 1; ask <= 5; ++ask) breaker.OnDead(kStart, ask, kReset);
  MonoTime now = kStart;
  Duration rest{};
  for (uint64_t ask = 10; ask < 30; ++ask) {
    rest = breaker.probe_at() - now;
    now = breaker.probe_at();
    breaker.OnSent(now);
    breaker.OnDead(now, ask, kReset);
  }
  EXPECT_GE(rest, 10s);
  EXPECT_LE(rest, 19s);
  EXPECT_EQ(breaker.opened_at(), kStart) << "it has been dead since then";
}

TEST(BreakerTest, ARefusedKeyOpensAtOnce) {
  Breaker breaker({});
  breaker.OnQuota(kStart, {Code::kUnauthorized, "bad key", {}});
  EXPECT_TRUE(breaker.open());
  EXPECT_TRUE(breaker.quota());
  EXPECT_GE(breaker.probe_at() - kStart, 20s);
}

}  // namespace
}  // namespace yk::model
