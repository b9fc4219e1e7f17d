// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "incidents/cards.h"
#include "incidents/find_signals.h"
#include "incidents/incident.h"

namespace yk::incidents {
namespace {

constexpr size_t kSteadyMax = 5;
constexpr size_t kChangesMax = 5;
/// Below this a card tells nothing that is worth a person's time.
constexpr double kScoreMin = .8;

std::vector<Steady> SteadyErrors(const LogView& log, const std::vector<Incident>& incidents) {
  std::set<uint32_t> told;
  for (const Incident& incident : incidents) {
    for (const Part& part : incident.parts) told.insert(part.template_id);
  }
  std::vector<Steady> out;
  const logs::LogSummary& summary = log.log();
  const double hours =
      summary.first_time == logs::kNoTime ? 0 : static_cast<double>(summary.last_time - summary.first_time) / 3.6e9;
  // Templates are ordered by count, so these are the most frequent.
  for (uint32_t id = 0; id < log.size() && out.size() < kSteadyMax; ++id) {
    const logs::Template& tmpl = log.at(id);
    if (tmpl.continuation || tmpl.main_level() < logs::Level::kError || told.contains(id)) continue;
    out.push_back({id, hours > 0 ? static_cast<double>(tmpl.count) / hours : 0});
  }
  return out;
}

}  // namespace

Findings FindIncidents(const logs::LogSummary& summary, const FindOptions& options) {
  const LogView log(summary);
  std::vector<Signal> signals;
  FindRateSignals(log, &signals);
  FindValueSignals(log, &signals);
  FindRequestSignals(log, &signals);
  FindSessionSignals(log, &signals);
  if (options.baseline != nullptr) CompareWithBaseline(log, *options.baseline, &signals);
  std::vector<Cluster> clusters = Merge(log, std::move(signals));
  std::erase_if(clusters, [](const Cluster& cluster) { return cluster.score < kScoreMin; });
  Findings findings;
  const auto add = [&](const Cluster& cluster, std::vector<Incident>* to, size_t most) {
    if (to->size() >= most) return;
    to->push_back(MakeCard(log, cluster));
    to->back().rank = static_cast<int>(to->size());
  };
  for (const Cluster& cluster : clusters) {
    if (!cluster.plain) ++findings.found;
    cluster.plain ? add(cluster, &findings.changes, kChangesMax) : add(cluster, &findings.incidents, options.top);
  }
  findings.steady = SteadyErrors(log, findings.incidents);
  return findings;
}

}  // namespace yk::incidents
