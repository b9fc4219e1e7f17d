// SPDX-License-Identifier: Apache-2.0
#include "model/governor.h"

#include <gtest/gtest.h>

#include <tuple>

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

GovernorOutcome Busy() { return {GovernorOutcome::Kind::kBusy, 0, 0, {}, {}}; }

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

Duration Pause(Governor& governor, MonoTime now) { return governor.TryAdmit(now, 1000, 100).retry_at - now; }

TEST(GovernorTest, ARefusalCutsByAQuarterAndPausesForAboutTheTimeOfAnAnswer) {
  for (const auto& [latency, least, most] :
       {std::tuple<Duration, Duration, Duration>{40ms, 30ms, 50ms}, {1s, 750ms, 1250ms}, {10s, 1500ms, 2500ms}}) {
    Governor governor({.start = 40});
    const auto tickets = Fill(governor, kStart);
    const MonoTime now = kStart + latency;
    for (size_t i = 1; i < tickets.size(); ++i) governor.OnOutcome(now, tickets[i], Success());
    const int limit = governor.limit();
    Fill(governor, now);
    governor.OnOutcome(now, tickets[0], Refused());
    EXPECT_EQ(governor.limit(), limit * 3 / 4);
    EXPECT_GE(Pause(governor, now), least);
    EXPECT_LE(Pause(governor, now), most);
  }
}

TEST(GovernorTest, AnswersThatTakeNoTimeLeaveALimit) {
  Governor governor({});
  auto tickets = Fill(governor, kStart);
  governor.OnOutcome(kStart, tickets.back(), Refused());  // ends the slow start
  tickets.pop_back();
  MonoTime now = kStart;
  for (int step = 0; step < 40; ++step, now += 1min) {
    for (const auto& ticket : tickets) governor.OnOutcome(now, ticket, Success());
    for (int i = 0; i < 20; ++i) {
      const auto ticket = governor.TryAdmit(now, 1000, 100).ticket;
      if (ticket) governor.OnOutcome(now, *ticket, Success());
    }
    tickets.clear();
  }
  EXPECT_GE(governor.limit(), 1);
  EXPECT_TRUE(governor.TryAdmit(now, 1000, 100).ticket) << "a clock that stands still is no reason to stop";
}

TEST(GovernorTest, PausesGrowToTwoSecondsWhileNothingGetsThrough) {
  Governor governor({});
  MonoTime now = kStart;
  Duration pause{};
  for (int i = 0; i < 10; ++i) {
    const auto ticket = governor.TryAdmit(now, 1000, 100).ticket;
    ASSERT_TRUE(ticket);
    governor.OnOutcome(now += 1ms, *ticket, Refused());
    pause = Pause(governor, now);
    if (i == 0) {
      EXPECT_LE(pause, 313ms);
    }
    now += pause;
  }
  EXPECT_GE(pause, 1500ms);
  EXPECT_LE(pause, 2500ms);
}

TEST(GovernorTest, ALoneBareBusyAnswerChangesNothing) {
  Governor governor({.start = 40});
  for (int round = 0; round < 50; ++round) {
    const MonoTime now = kStart + round * 20ms;
    const auto tickets = Fill(governor, now);
    for (size_t i = 0; i < tickets.size(); ++i) {
      governor.OnOutcome(now + 20ms, tickets[i], i == 7 ? Busy() : Success());
    }
    EXPECT_FALSE(governor.blocked(now + 20ms));
  }
  EXPECT_GT(governor.limit(), 40);
}

TEST(GovernorTest, ManyBareBusyAnswersAreARefusal) {
  Governor governor({.start = 40});
  const auto tickets = Fill(governor, kStart);
  for (int i = 0; i < 6; ++i) governor.OnOutcome(kStart + 20ms, tickets[static_cast<size_t>(i)], Busy());
  EXPECT_TRUE(governor.blocked(kStart + 20ms));
  EXPECT_EQ(governor.limit(), 30);
}

TEST(GovernorTest, ABurstOfRefusalsCutsOnce) {
  Governor governor({.start = 40});
  for (const auto& ticket : Fill(governor, kStart)) governor.OnOutcome(kStart, ticket, Refused());
  EXPECT_EQ(governor.limit(), 30);
}

TEST(GovernorTest, RetryAfterIsKeptToTheMillisecond) {
  for (const auto asked : {350ms, 1000ms, 30'000ms}) {
    Governor governor({});
    const auto tickets = Fill(governor, kStart);
    governor.OnOutcome(kStart, tickets[0], Refused(asked));
    EXPECT_EQ(Pause(governor, kStart), asked);
    governor.OnOutcome(kStart + 5ms, tickets[1], Refused(asked));
    EXPECT_EQ(Pause(governor, kStart + 5ms), asked) << "one of the same burst, said 5 ms later";
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

// Short answers, where a pause of seconds would cost more than the refusal.
TEST(GovernorSimulationTest, RunsNearTheRateOfAServerWhoseBucketLastsLessThanASecond) {
  for (const auto& [rate, burst, latency] : {std::tuple{200.0, 100.0, 0.2}, {10.0, 10.0, 0.5}, {400.0, 50.0, 0.02}}) {
    RateServerOptions server;
    server.per_second = rate;
    server.burst = burst;
    server.latency_mean = latency;
    server.refusal_seconds = latency / 4;
    RateSimulation simulation(server, 6000, 1);
    const auto result = simulation.Run(*MakeGovernedClient({.seed = 1}));
    EXPECT_EQ(result.lost, 0);
    EXPECT_LE(result.makespan, 1.12 * ((6000 - burst) / rate + latency)) << rate;
    EXPECT_LE(result.refused, 120);
  }
}

TEST(GovernorSimulationTest, LearnsTheRateWhereEveryRefusalCostsAWholeSecond) {
  RateServerOptions server;
  server.per_second = 400;
  server.burst = 50;
  server.latency_mean = 0.02;
  server.refusal_seconds = 0.005;
  server.retry_after = true;
  RateSimulation simulation(server, 6000, 1);
  const auto result = simulation.Run(*MakeGovernedClient({.seed = 1}));
  EXPECT_LE(result.makespan, 1.25 * 5950 / 400);
  EXPECT_LE(result.refused, 10);
}

TEST(GovernorSimulationTest, AccidentsDoNotSlowAServerDown) {
  RateServerOptions server;
  server.per_second = 0;
  server.slots = 8;
  server.latency_mean = 0.02;
  server.accidents = 0.02;
  RateSimulation simulation(server, 3000, 1);
  EXPECT_LE(simulation.Run(*MakeGovernedClient({.seed = 1})).makespan, 1.1 * 3000 * 0.02 / 8);
}

TEST(GovernorSimulationTest, FindsThePlacesOfAServerThatTurnsTheRestAway) {
  RateServerOptions server;
  server.per_second = 0;
  server.slots = 16;
  server.turns_away = true;
  server.latency_mean = 0.5;
  RateSimulation simulation(server, 6000, 1);
  EXPECT_LE(simulation.Run(*MakeGovernedClient({.seed = 1})).makespan, 1.15 * 6000 * 0.5 / 16);
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
