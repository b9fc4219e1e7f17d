// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "incidents/cards.h"

namespace yk::incidents {
namespace {

/// Weight of a further signal in a cluster's score: company makes a case stronger, a crowd of weak signs does not.
constexpr double kCompany = .12;
constexpr size_t kCompanyMax = 4;

struct Overlap {
  double of_both = 0;     ///< shared time as a share of the time of either
  double of_shorter = 0;  ///< … of the shorter one
  bool same_start = false;
};

Overlap Compare(const LogView& log, const Signal& a, const Signal& b) {
  Overlap out;
  if (log.bins() == 0 || a.from == logs::kNoTime || b.from == logs::kNoTime) return {1, 1, true};
  const logs::Micros least = log.log().grid.width;
  const double begin = static_cast<double>(std::max(a.from, b.from));
  const double end = static_cast<double>(std::min(a.to, b.to));
  const double shared = std::max(0.0, end - begin);
  const double la = static_cast<double>(std::max(a.to - a.from, least));
  const double lb = static_cast<double>(std::max(b.to - b.from, least));
  out.of_both = shared / (la + lb - shared);
  out.of_shorter = shared / std::min(la, lb);
  const double coarse = static_cast<double>(log.log().grid.width) * log.log().grid.fine_per_coarse;
  out.same_start = std::abs(static_cast<double>(a.from - b.from)) <= coarse;
  return out;
}

bool SharesTemplate(const Signal& a, const Signal& b) {
  const auto has = [](const Signal& signal, uint32_t id) {
    return signal.template_id == id || std::find(signal.others.begin(), signal.others.end(), id) != signal.others.end();
  };
  return has(a, b.template_id) || has(b, a.template_id);
}

/// More of what is no failure by its level and its words.
bool IsPlain(const LogView& log, const Signal& signal) {
  const bool more = signal.kind == SignalKind::kBurst || signal.kind == SignalKind::kNew;
  // A value is told of only when it says that something failed.
  return (more && signal.entity.empty() && log.view(signal.template_id).importance <= .3) ||
         log.at(signal.template_id).continuation;
}

bool Belongs(const LogView& log, const Signal& lead, const Signal& signal) {
  if (log.bins() == 0) return lead.template_id == signal.template_id;
  const Overlap overlap = Compare(log, lead, signal);
  if (SharesTemplate(lead, signal) && overlap.of_shorter > .5 && (overlap.of_both > .1 || overlap.same_start))
    return true;
  if (!lead.entity.empty() && lead.entity == signal.entity && overlap.of_shorter > .5) return true;
  const std::string& service = log.view(lead.template_id).service;
  const bool same_service = !service.empty() && service == log.view(signal.template_id).service;
  const bool together = overlap.of_both > .3 || (overlap.same_start && overlap.of_shorter > .8 && overlap.of_both > .1);
  if (same_service && together) return true;
  // Stack frames have no service of their own: they go with what happens at their time.
  if (log.at(signal.template_id).continuation || log.at(lead.template_id).continuation) return overlap.of_both > .3;
  // A host or component that is silent takes all that it writes with it.
  if (lead.kind == SignalKind::kSilence && signal.kind == SignalKind::kSilence && overlap.same_start &&
      overlap.of_both > .8)
    return true;
  // Errors of several services in the very same short time have one cause more often than several.
  const double share =
      static_cast<double>(lead.end - lead.begin) / static_cast<double>(std::max<size_t>(1, log.bins()));
  return share < .1 && overlap.of_both > .8;
}

}  // namespace

std::vector<Cluster> Merge(const LogView& log, std::vector<Signal> signals) {
  const auto order = [](const Signal& a, const Signal& b) {
    return std::tuple(-a.score, a.template_id, static_cast<int>(a.kind), a.slot, a.begin) <
           std::tuple(-b.score, b.template_id, static_cast<int>(b.kind), b.slot, b.begin);
  };
  std::stable_sort(signals.begin(), signals.end(), order);
  std::vector<Cluster> clusters;
  for (Signal& signal : signals) {
    const auto home = std::find_if(clusters.begin(), clusters.end(), [&](const Cluster& cluster) {
      return Belongs(log, cluster.signals.front(), signal);
    });
    if (home == clusters.end()) {
      clusters.push_back({{std::move(signal)}, 0});
      clusters.back().score = clusters.back().signals.front().score;
    } else {
      if (home->signals.size() <= kCompanyMax) home->score += kCompany * signal.score;
      home->signals.push_back(std::move(signal));
    }
  }
  for (Cluster& cluster : clusters) {
    cluster.plain = std::all_of(cluster.signals.begin(), cluster.signals.end(),
                                [&](const Signal& signal) { return IsPlain(log, signal); });
  }
  std::stable_sort(clusters.begin(), clusters.end(),
                   [](const Cluster& a, const Cluster& b) { return a.score > b.score; });
  return clusters;
}

}  // namespace yk::incidents
