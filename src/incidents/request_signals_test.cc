// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "incidents/incident.h"
#include "incidents/summary_fixture.h"

namespace yk::incidents {
namespace {

using logs::Level;
using testing::ElementsAre;
using testing::HasSubstr;

using Values = std::vector<std::pair<std::string, std::function<uint32_t(uint32_t)>>>;

/// An access log: clients, paths, statuses, all of one template.
uint32_t AddRequests(Day* day, const std::function<double(int)>& rate, const Values& clients, const Values& statuses) {
  const uint32_t id = day->Add("\"GET <*> HTTP/1.1\" <*> <*>", Level::kNone, "", rate);
  day->AddValues(id, {{"/", [](uint32_t) { return 9u; }}}, 5000);
  day->AddValues(id, statuses, statuses.size());
  day->AddValues(id, {}, 4000);
  logs::Template& tmpl = day->log().templates[id];
  Day scratch;
  scratch.Add("x", Level::kNone, "", Rate(1));
  scratch.AddValues(0, clients, clients.size());
  tmpl.hosts = scratch.log().templates[0].slots[0].top;
  return id;
}

Values EvenClients() {
  Values clients;
  for (int i = 1; i <= 8; ++i)
    clients.emplace_back("10.0.0." + std::to_string(i), [](uint32_t bin) { return bin % 7 == 0 ? 1u : 0u; });
  return clients;
}

TEST(RequestSignals, AnswersThatSayThatTheServerFailedAreErrors) {
  Day day;
  const uint32_t id = AddRequests(&day, Rate(60), EvenClients(),
                                  {{"200", [](uint32_t) { return 850u; }},
                                   {"404", [](uint32_t) { return 9u; }},
                                   {"502", [](uint32_t bin) { return bin == 40       ? 400u
                                                                     : bin % 30 == 0 ? 1u
                                                                                     : 0u; }}});
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  const Incident& incident = found.incidents[0];
  EXPECT_EQ(incident.parts[0].template_id, id);
  EXPECT_EQ(incident.kind, SignalKind::kBurst);
  EXPECT_THAT(incident.entities, ElementsAre("502"));
  EXPECT_EQ(incident.from, 600 * kMinute);
  EXPECT_EQ(incident.lines, 400u);
  EXPECT_THAT(incident.parts[0].what[0], HasSubstr("about 400 requests failed, most with status 502"));
}

TEST(RequestSignals, AsManyFailuresAsAlwaysAreNone) {
  Day day;
  AddRequests(&day, Rate(60), EvenClients(),
              {{"200", [](uint32_t) { return 850u; }}, {"500", [](uint32_t bin) { return 3 + bin % 3; }}});
  EXPECT_TRUE(FindIncidents(day.log()).incidents.empty());
}

TEST(RequestSignals, TheOneAddressBehindMostRequestsIsNamed) {
  Day day;
  Values clients = EvenClients();
  clients.emplace_back("203.0.113.7", [](uint32_t bin) { return bin == 50 || bin == 51 ? 700u : 0u; });
  AddRequests(&day, Rate(60), clients, {{"200", [](uint32_t) { return 900u; }}});
  const Findings found = FindIncidents(day.log());
  ASSERT_EQ(found.incidents.size(), 1u);
  EXPECT_EQ(found.incidents[0].kind, SignalKind::kDominant);
  EXPECT_THAT(found.incidents[0].entities, ElementsAre("203.0.113.7"));
  EXPECT_EQ(found.incidents[0].from, 750 * kMinute);
  EXPECT_EQ(found.incidents[0].to, 780 * kMinute);
  EXPECT_THAT(found.incidents[0].parts[0].what[0], HasSubstr("sends 78 % of the lines, at other times 0 %"));
}

TEST(RequestSignals, ACheckByTheClockIsNoClientThatStandsOutAtNight) {
  Day day;
  Values clients = EvenClients();
  clients.emplace_back("10.0.0.99", [](uint32_t) { return 90u; });
  AddRequests(&day, Rate(60, 7, 0, 300), clients, {{"200", [](uint32_t) { return 900u; }}});
  EXPECT_TRUE(FindIncidents(day.log()).incidents.empty());
}

}  // namespace
}  // namespace yk::incidents
