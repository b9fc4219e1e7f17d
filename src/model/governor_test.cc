// SPDX-License-Identifier: Apache-2.0
#include "model/governor.h"

#include <gtest/gtest.h>

#include "testing/rate_simulation.h"

namespace yk::model {
namespace {

using namespace std::chrono_literals;
using testing::MakeGovernedClient;
using testing::RateServerOptions;
using testing::RateSimulation;

constexpr MonoTime kStart{1h};

GovernorOutcome Success(int64_t tokens = 100) { return {GovernorOutcome::Kind::kSuccess, 50, tokens, {}, {}}; }
GovernorOutcome Refused(std::optional<std::chrono::milliseconds> retry_after = {}) {
  return {GovernorOutcome::Kind::kRefused, 0, 0, retry_after, {}};
}

std::vector<GovernorTicket> Fill(Governor& governor, MonoTime now) {
  std::vector<GovernorTicket> tickets;
  while (auto ticket = governor.TryAdmit(now, 1000, 100).ticket) tickets.push_back(*ticket);
  return tickets;
}

TEST(GovernorTest, StartsWithFourAndDoublesWhileNothingIsRefused) {
  Governor governor({});
  auto tickets = Fill(governor, kStart);
  EXPECT_EQ(tickets.size(), 4u);
  EXPECT_EQ(governor.TryAdmit(kStart, 1000, 100).retry_at, MonoTime::max()) << "only an outcome makes room";
  for (const auto& ticket : tickets) governor.OnOutcome(kStart + 1s, ticket, Success());
  EXPECT_EQ(governor.limit(), 8);
}

TEST(GovernorTest, ARefusalCutsByAQuarterAndBlocksAtLeastTwoSeconds) {
  Governor governor({.start = 40});
  auto tickets = Fill(governor, kStart);
  governor.OnOutcome(kStart, tickets[0], Refused());
  EXPECT_EQ(governor.limit(), 30);
  const auto wait = governor.TryAdmit(kStart, 1000, 100).retry_at - kStart;
  EXPECT_GE(wait, 1500ms);
  EXPECT_LE(wait, 2500ms);
}

TEST(GovernorTest, ABurstOfRefusalsCutsOnce) {
  Governor governor({.start = 40});
  for (const auto& ticket : Fill(governor, kStart)) governor.OnOutcome(kStart, ticket, Refused());
  EXPECT_EQ(governor.limit(), 30);
}

TEST(GovernorTest, RetryAfterIsNeverCutShort) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    Governor governor({.seed = seed});
    governor.OnOutcome(kStart, Fill(governor, kStart)[0], Refused(30'000ms));
    const auto wait = governor.TryAdmit(kStart, 1000, 100).retry_at - kStart;
    EXPECT_GE(wait, 30s);
    EXPECT_LE(wait, 37500ms);
  }
}

TEST(GovernorTest, AfterARefusalTenSuccessesRaiseByOneButNotPastTheCeilingForAMinute) {
  Governor governor({.start = 40});
  auto tickets = Fill(governor, kStart);
  governor.OnOutcome(kStart, tickets[0], Refused());
  tickets.erase(tickets.begin());
  for (const auto& ticket : tickets) governor.OnOutcome(kStart + 1s, ticket, Success());
  EXPECT_EQ(governor.limit(), 33) << "39 successes";
  auto run = [&](MonoTime now, int rounds) {
    for (; rounds > 0; --rounds) {
      for (const auto& ticket : Fill(governor, now)) governor.OnOutcome(now, ticket, Success());
    }
  };
  run(kStart + 20s, 20);
  EXPECT_EQ(governor.limit(), 39);
  run(kStart + 61s, 20);
  EXPECT_GT(governor.limit(), 40);
}

TEST(GovernorTest, SuccessesOfRequestsThatDidNotNeedTheLimitDoNotRaiseIt) {
  Governor governor({.start = 20});
  for (int i = 0; i < 100; ++i) {
    const auto ticket = *governor.TryAdmit(kStart, 1000, 100).ticket;
    governor.OnOutcome(kStart, ticket, Success());
  }
  EXPECT_EQ(governor.limit(), 20);
}

TEST(GovernorTest, AStatedLimitIsPacedBelow) {
  Governor governor({.start = 1000});
  GovernorOutcome outcome = Success();
  outcome.rate.requests_limit = 600;  // ten a second
  governor.OnOutcome(kStart, *governor.TryAdmit(kStart, 10, 10).ticket, outcome);
  int sent = 0;
  for (MonoTime now = kStart; now < kStart + 60s; now += 10ms) {
    while (auto ticket = governor.TryAdmit(now, 10, 10).ticket) {
      governor.Release(*ticket);
      ++sent;
    }
    if (now == kStart) {
      EXPECT_LE(sent, 5) << "evenly, not in bursts that a small bucket cannot take";
    }
  }
  EXPECT_LE(sent, 600);
  EXPECT_GE(sent, 560);
}

TEST(GovernorTest, AFixedLimitStaysWhateverHappens) {
  Governor governor({.fixed = 16});
  auto tickets = Fill(governor, kStart);
  EXPECT_EQ(tickets.size(), 16u);
  governor.OnOutcome(kStart, tickets[0], Refused());
  for (size_t i = 1; i < tickets.size(); ++i) governor.OnOutcome(kStart, tickets[i], Success());
  EXPECT_EQ(governor.limit(), 16);
}

// The two bounds of engine rule 5.4 with some air; bench/governor prints the figures.
TEST(GovernorSimulationTest, NearlyIdealBesideAServerThatRefuses) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RateSimulation steady({}, 6000, seed);
    const auto result = steady.Run(*MakeGovernedClient({.limit_max = 200, .seed = seed}));
    EXPECT_EQ(result.lost, 0);
    EXPECT_LE(result.makespan, 598 * 1.10);
    EXPECT_LE(result.refused, 120) << "2 % of the rows";
  }
}

TEST(GovernorSimulationTest, RecoversFromADip) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RateSimulation dip({.dip_begin = 200, .dip_end = 320}, 6000, seed);
    const auto result = dip.Run(*MakeGovernedClient({.limit_max = 200, .seed = seed}));
    EXPECT_EQ(result.lost, 0);
    EXPECT_LE(result.makespan, 658 * 1.25);
  }
}

TEST(GovernorSimulationTest, FindsTheSlotsOfAServerThatNeverRefuses) {
  for (const int slots : {8, 32}) {
    RateSimulation simulation({.per_second = 0, .slots = slots}, slots * 200, 1);
    const auto result = simulation.Run(*MakeGovernedClient({.seed = 1}));
    EXPECT_GE(slots * 200 / result.makespan, 0.9 * slots / 4);
    EXPECT_LE(result.in_flight_max, slots * 8) << "a queue without bound ends in timeouts";
  }
}

}  // namespace
}  // namespace yk::model
