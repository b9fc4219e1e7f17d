// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "incidents/incident.h"
#include "incidents/summary_fixture.h"

namespace yk::incidents {
namespace {

using logs::Level;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(FindIncidents, AQuietDayHasNone) {
  Day day;
  day.AddTraffic();
  day.Add("disk <*> failed once more", Level::kError, "kernel", Rate(.5));
  const Findings found = FindIncidents(day.log());
  EXPECT_TRUE(found.incidents.empty());
  ASSERT_EQ(found.steady.size(), 1u);
  EXPECT_EQ(found.steady[0].template_id, 6u);
  EXPECT_NEAR(found.steady[0].per_hour, 30, .1);
}

TEST(FindIncidents, NothingIsMissedBeforeTheLogBeginsAndAfterItEnds) {
  Day day;
  // Orders by the hour of the day, and a heartbeat by the clock; the log ends within a quarter of an hour.
  day.Add("order <*> accepted", Level::kInfo, "web",
          [](int minute) { return minute >= 1433 || minute < 9 ? 0.0 : 30 - 25 * std::cos(minute * 6.283 / 1440); });
  const uint32_t beat = day.Add("heartbeat <*> ok", Level::kInfo, "mon",
                                [](int minute) { return minute >= 1433 || minute < 9 ? 0.0 : 12.0; });
  EXPECT_EQ(day.log().templates[beat].count, 1424u * 12);
  day.log().first_time = 9 * kMinute;
  day.log().last_time = 1433 * kMinute - 1;
  const Findings found = FindIncidents(day.log());
  EXPECT_TRUE(found.incidents.empty()) << found.incidents[0].parts[0].what[0];
}

TEST(FindIncidents, ABurstOfErrorsIsOneAndSaysWhen) {
  Day day;
  day.AddTraffic();
  const uint32_t pool =
      day.Add("could not obtain connection within <*> ms", Level::kError, "order", Rate(.02, 30, 642, 655));
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  const Incident& incident = found.incidents[0];
  EXPECT_EQ(incident.parts[0].template_id, pool);
  EXPECT_EQ(incident.service, "order");
  EXPECT_EQ(incident.from, 642 * kMinute);
  EXPECT_EQ(incident.to, 655 * kMinute);
  EXPECT_EQ(incident.parts[0].lines, 390u);
  EXPECT_EQ(incident.spark.size(), 48u);
}

TEST(FindIncidents, MoreGoodNewsIsAChangeAndNoIncident) {
  Day day;
  day.AddTraffic();
  const uint32_t backup = day.Add("archived file <*>", Level::kInfo, "db", Rate(0, 60, 60, 80));
  const Findings found = FindIncidents(day.log());
  EXPECT_TRUE(found.incidents.empty());
  ASSERT_EQ(found.changes.size(), 1u);
  EXPECT_EQ(found.changes[0].parts[0].template_id, backup);
}

TEST(FindIncidents, WhatHappensAgainAndAgainIsNone) {
  Day day;
  day.AddTraffic();
  day.Add("batch entry <*> skipped: invalid", Level::kWarn, "batch",
          [](int minute) { return minute % 240 < 15 ? 20.0 : 0.0; });
  EXPECT_TRUE(FindIncidents(day.log()).incidents.empty());
}

TEST(FindIncidents, ALevelShiftThatLastsIsOne) {
  Day day;
  day.AddTraffic();
  day.Add("payment <*> retry after timeout", Level::kWarn, "payment", Rate(.2, 6, 900, 1440));
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].from, 900 * kMinute);
  EXPECT_THAT(found.incidents[0].parts[0].what[0], HasSubstr("30 times as many"));
}

TEST(FindIncidents, AHostThatStopsIsNamed) {
  Day day;
  day.AddTraffic();
  const uint32_t beat = day.Add("heartbeat from <*>", Level::kInfo, "node", Rate(4));
  day.AddValues(beat,
                {{"web01", [](uint32_t) { return 15u; }},
                 {"web02", [](uint32_t) { return 15u; }},
                 {"web03", [](uint32_t bin) { return bin < 64 ? 15u : 0u; }},
                 {"web04", [](uint32_t) { return 15u; }}},
                4);
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].kind, SignalKind::kSilence);
  EXPECT_THAT(found.incidents[0].entities, ElementsAre("web03"));
  EXPECT_TRUE(found.incidents[0].missing);
  EXPECT_EQ(found.incidents[0].from, 960 * kMinute);
}

TEST(FindIncidents, SlowAnswersAreAShiftOfTheirNumbers) {
  Day day;
  day.AddTraffic();
  const uint32_t sent = day.Add("response sent elapsed=<*>", Level::kInfo, "gateway", Rate(20));
  day.AddNumbers(
      sent, "elapsed", [](uint32_t bin) { return bin >= 72 && bin < 80 ? 600.0 : 30.0; }, 20);
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].kind, SignalKind::kShift);
  EXPECT_EQ(found.incidents[0].from, 72 * 15 * kMinute);
  EXPECT_THAT(found.incidents[0].parts[0].what[0], HasSubstr("elapsed is about 600 instead of 30"));
}

TEST(FindIncidents, OneAddressBehindABurstIsNamedInItsCard) {
  Day day;
  day.AddTraffic();
  const uint32_t fails = day.Add("Failed password for <*> from <*>", Level::kInfo, "sshd", Rate(.2, 10, 200, 240));
  day.AddValues(fails,
                {{"203.0.113.7", [](uint32_t bin) { return bin == 13              ? 50u
                                                           : bin > 13 && bin < 16 ? 150u
                                                                                  : 0u; }},
                 {"10.0.0.1", [](uint32_t bin) { return bin % 40 == 0 ? 1u : 0u; }}},
                300);
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_THAT(found.incidents[0].entities, ElementsAre("203.0.113.7"));
}

TEST(FindIncidents, SlowGrowthIsATrendAndACounterIsNone) {
  Day day;
  day.AddTraffic();
  const uint32_t heap = day.Add("heap of <*> is <*>", Level::kInfo, "node", Rate(2));
  day.AddNumbers(
      heap, "heap", [](uint32_t bin) { return 500 + 30.0 * bin; }, 200);
  const uint32_t counter = day.Add("segment <*> written", Level::kInfo, "db", Rate(2));
  day.AddNumbers(
      counter, "segment", [](uint32_t bin) { return 1000.0 * bin; }, 100);
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].kind, SignalKind::kTrend);
  EXPECT_EQ(found.incidents[0].parts[0].template_id, heap);
}

TEST(FindIncidents, ALeakWithItsUnitApartIsNoCounter) {
  for (const char* text : {"memory of the pool: <*> MB", "heap=<*> max=<*>"}) {
    Day day;
    day.AddTraffic();
    const uint32_t heap = day.Add(text, Level::kInfo, "jvm", Rate(.2));
    day.AddNumbers(
        heap, "", [](uint32_t bin) { return 300 + 30.0 * bin; }, 5);
    const Findings found = FindIncidents(day.log());
    ASSERT_EQ(found.incidents.size(), 1u) << text;
    EXPECT_EQ(found.incidents[0].kind, SignalKind::kTrend);
  }
}

TEST(FindIncidents, NumbersOfAThinSampleAreGivenForAllLines) {
  Day day;
  day.AddTraffic();
  const uint32_t beat = day.Add("heartbeat from <*>", Level::kInfo, "node", Rate(4));
  day.AddValues(beat,
                {{"web01", [](uint32_t) { return 5u; }},
                 {"web02", [](uint32_t) { return 5u; }},
                 {"web03", [](uint32_t bin) { return bin < 64 ? 5u : 0u; }}},
                3);
  // One line in four was looked at.
  day.log().templates[beat].sampled = day.log().templates[beat].count / 4;
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found.incidents[0].lines), 32 * 5 * 4, 1);
}

TEST(FindIncidents, WhatDoesNotFollowAnyMoreIsASequence) {
  Day day;
  day.AddTraffic();
  const uint32_t reserved = day.Add("order <*> reserved", Level::kInfo, "order", Rate(4));
  const uint32_t committed = day.Add("order <*> committed", Level::kInfo, "order", Rate(4));
  for (uint64_t id = 1; id <= 2880; ++id) {
    const auto minute = static_cast<logs::Micros>(id / 2);
    day.AddEvent(id, reserved, minute * kMinute);
    const bool lost = minute >= 600 && minute < 660 && id % 2 == 0;
    if (!lost) day.AddEvent(id, committed, (minute + 1) * kMinute);
  }
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].kind, SignalKind::kSequence);
  EXPECT_EQ(found.incidents[0].parts[0].template_id, committed);
  EXPECT_EQ(found.incidents[0].from, 600 * kMinute);
  EXPECT_NEAR(static_cast<double>(found.incidents[0].lines), 60, 4);
}

TEST(FindIncidents, FewIdsWithACombinationOfTheirOwnAreTold) {
  Day day;
  day.AddTraffic();
  const uint32_t open = day.Add("open <*>", Level::kInfo, "store", Rate(1));
  const uint32_t write = day.Add("write <*>", Level::kInfo, "store", Rate(1));
  const uint32_t again = day.Add("write <*> again", Level::kInfo, "store", Rate(.01));
  for (uint64_t id = 1; id <= 1000; ++id) {
    day.AddEvent(id, open, static_cast<logs::Micros>(id) * kMinute);
    day.AddEvent(id, write, static_cast<logs::Micros>(id) * kMinute);
    if (id % 100 == 0) {
      for (int i = 0; i < 2 + static_cast<int>(id / 100); ++i)
        day.AddEvent(id, again, static_cast<logs::Micros>(id) * kMinute);
    }
  }
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].kind, SignalKind::kSession);
  EXPECT_EQ(found.incidents[0].parts[0].template_id, again);
  EXPECT_EQ(found.incidents[0].lines, 10u);
}

TEST(FindIncidents, AnIdWithMoreLinesThanOthersIsNoCombination) {
  Day day;
  day.AddTraffic();
  const uint32_t received = day.Add("order <*> received from <*>", Level::kInfo, "order", Rate(1));
  const uint32_t sent = day.Add("order <*> sent", Level::kInfo, "order", Rate(1));
  // Five orders of each user on average; an order's number comes twice now and then.
  for (uint64_t id = 1; id <= 1400; ++id) {
    const auto time = static_cast<logs::Micros>(id) * kMinute;
    for (uint64_t times = id % 250 == 0 ? 2 + id / 250 : 1; times > 0; --times) {
      day.AddEvent(id, received, time, 0);
      day.AddEvent(id, sent, time, 0);
    }
  }
  for (uint64_t user = 1; user <= 280; ++user) {
    for (uint64_t times = 0; times < user * user % 11; ++times) {
      day.AddEvent(10'000 + user, received, static_cast<logs::Micros>(user + 200 * times) * kMinute, 1);
    }
  }
  EXPECT_TRUE(FindIncidents(day.log()).incidents.empty());
}

TEST(FindIncidents, UsersWhoDoThisAndThatHaveNoUsualCombination) {
  Day day;
  day.AddTraffic();
  std::vector<uint32_t> acts;
  for (const char* act : {"looks", "buys", "asks", "leaves"}) {
    acts.push_back(day.Add("<*> " + std::string(act), Level::kInfo, "shop", Rate(1)));
  }
  const uint32_t moves = day.Add("<*> changes the address", Level::kInfo, "shop", Rate(.01));
  uint64_t dice = 1;
  const auto throw_dice = [&dice](uint64_t of) {
    dice = dice * 6364136223846793005 + 1442695040888963407;
    return (dice >> 33) % of;
  };
  for (uint64_t user = 1; user <= 1000; ++user) {
    day.AddEvent(user, acts[0], static_cast<logs::Micros>(user) * kMinute);
    for (uint64_t lines = 2 + throw_dice(30); lines > 0; --lines)
      day.AddEvent(user, acts[throw_dice(4)], static_cast<logs::Micros>(user) * kMinute);
    if (user % 100 == 0) day.AddEvent(user, moves, static_cast<logs::Micros>(user) * kMinute);
  }
  EXPECT_TRUE(FindIncidents(day.log()).incidents.empty());
}

TEST(FindIncidents, SignalsOfOneServiceAndTimeAreOneCard) {
  Day day;
  day.AddTraffic();
  day.Add("could not obtain connection", Level::kError, "order", Rate(0, 30, 600, 630));
  day.Add("transaction <*> timed out", Level::kError, "order", Rate(0, 5, 600, 630));
  const uint32_t frame = day.Add("at a.b.Pool.run(<*>)", Level::kNone, "", Rate(0, 200, 600, 630));
  day.log().templates[frame].continuation = true;
  day.Add("disk <*>: I/O error", Level::kError, "kernel", Rate(0, 2, 900, 930));
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 2u);
  EXPECT_EQ(found.incidents[0].parts.size(), 3u);
  EXPECT_EQ(found.incidents[1].service, "kernel");
}

TEST(FindIncidents, ABaselineTakesOutWhatIsNormalAndShowsWhatIsNot) {
  Day day, normal;
  for (Day* one : {&day, &normal}) {
    one->AddTraffic();
    one->Add("nightly check failed for <*>", Level::kError, "batch", Rate(0, 20, 120, 150));
  }
  const uint32_t denied = day.Add("access denied for <*>", Level::kWarn, "auth", Rate(.5));
  EXPECT_EQ(FindIncidents(day.log()).incidents.size(), 1u);
  FindOptions options;
  options.baseline = &normal.log();
  const Findings found = FindIncidents(day.log(), options);
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].parts[0].template_id, denied);
}

TEST(FindIncidents, ALogHasNothingThatItsOwnBaselineDoesNotHave) {
  Day day;
  day.AddTraffic();
  const uint32_t sent = day.Add("response sent elapsed=<*>", Level::kInfo, "gateway", Rate(20));
  day.AddNumbers(
      sent, "elapsed", [](uint32_t bin) { return bin >= 72 && bin < 80 ? 600.0 : 30.0; }, 20);
  const uint32_t heap = day.Add("heap of <*> is <*>", Level::kInfo, "node", Rate(2));
  day.AddNumbers(
      heap, "heap", [](uint32_t bin) { return 500 + 30.0 * bin; }, 200);
  day.Add("mail sent", Level::kInfo, "mail", Rate(4, 0, 300, 500));
  day.Add("page read", Level::kInfo, "pages", Rate(10, 4, 300, 500));
  const uint32_t open = day.Add("open <*>", Level::kInfo, "store", Rate(1));
  const uint32_t write = day.Add("write <*>", Level::kInfo, "store", Rate(1));
  const uint32_t again = day.Add("write <*> again", Level::kInfo, "store", Rate(.01));
  for (uint64_t id = 1; id <= 1000; ++id) {
    for (const uint32_t event : {open, write}) day.AddEvent(id, event, static_cast<logs::Micros>(id) * kMinute);
    for (uint64_t i = 0; id % 100 == 0 && i < id / 100 + 2; ++i)
      day.AddEvent(id, again, static_cast<logs::Micros>(id) * kMinute);
  }
  std::set<SignalKind> kinds;
  for (const Incident& incident : FindIncidents(day.log()).incidents) kinds.insert(incident.kind);
  EXPECT_THAT(kinds, testing::IsSupersetOf({SignalKind::kShift, SignalKind::kTrend, SignalKind::kSilence,
                                            SignalKind::kDrop, SignalKind::kSession}));
  FindOptions options;
  options.baseline = &day.log();
  const Findings found = FindIncidents(day.log(), options);
  EXPECT_TRUE(found.incidents.empty()) << found.incidents[0].parts[0].what[0];
}

TEST(FindIncidents, AShiftThatIsLargerThanInTheBaselineIsTold) {
  Day day, normal;
  for (Day* one : {&day, &normal}) {
    one->AddTraffic();
    const uint32_t sent = one->Add("response sent elapsed=<*>", Level::kInfo, "gateway", Rate(20));
    const double slow = one == &day ? 600 : 90;
    one->AddNumbers(
        sent, "elapsed", [slow](uint32_t bin) { return bin >= 72 && bin < 80 ? slow : 30.0; }, 20);
  }
  FindOptions options;
  options.baseline = &normal.log();
  EXPECT_EQ(FindIncidents(day.log(), options).incidents.size(), 1u);
}

TEST(FindIncidents, WithoutTimesTheGravestLinesAreTold) {
  logs::LogSummary log;
  log.lines = 1000;
  for (const auto& [text, level, count] :
       {std::tuple("request <*> served", Level::kInfo, 990u), std::tuple("kernel panic: <*>", Level::kFatal, 1u),
        std::tuple("retry of <*> failed", Level::kWarn, 9u)}) {
    logs::Template t;
    t.id = static_cast<uint32_t>(log.templates.size());
    t.text = text;
    t.count = count;
    t.levels[static_cast<size_t>(level)] = count;
    log.templates.push_back(t);
  }
  const Findings found = FindIncidents(log);
  ASSERT_EQ(found.incidents.size(), 2u);
  EXPECT_EQ(found.incidents[0].parts[0].template_id, 1u);
}

TEST(FindIncidents, TopCutsTheListAndSaysHowManyThereWere) {
  Day day;
  day.AddTraffic();
  for (int i = 0; i < 5; ++i) {
    day.Add("service " + std::string(1, static_cast<char>('p' + i)) + " failed: <*>", Level::kError,
            "s" + std::to_string(i), Rate(0, 5, 100 + 200 * i, 130 + 200 * i));
  }
  FindOptions options;
  options.top = 3;
  const Findings found = FindIncidents(day.log(), options);
  EXPECT_EQ(found.incidents.size(), 3u);
  EXPECT_EQ(found.found, 5u);
  EXPECT_EQ(found.incidents[2].rank, 3);
}

TEST(FindIncidents, AnEmptyLogHasNothing) {
  const Findings found = FindIncidents(logs::LogSummary{});
  EXPECT_TRUE(found.incidents.empty());
  EXPECT_TRUE(found.steady.empty());
}

}  // namespace
}  // namespace yk::incidents
