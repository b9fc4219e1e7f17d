// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "incidents/incident.h"

namespace yk::incidents {
namespace {

/// Numbers of coarse bins, spread over `values` places; where several fall into one the greatest stays.
template <typename Bins, typename Value>
std::vector<double> Spread(const logs::LogSummary& log, const Bins& bins, size_t values, Value value) {
  const size_t coarse = log.grid.coarse;
  std::vector<double> out(std::min(values, coarse), 0);
  for (const auto& bin : bins) {
    double& place = out[std::min(out.size() - 1, size_t{bin.bin} * out.size() / coarse)];
    place = std::max(place, value(bin));
  }
  return out;
}

}  // namespace

std::vector<double> LinesOverTime(const logs::LogSummary& log, uint32_t template_id, size_t values) {
  const size_t bins = log.grid.bins;
  std::vector<double> out(std::min(values, bins), 0);
  for (const auto& bin : log.templates[template_id].bins) {
    out[std::min(out.size() - 1, size_t{bin.bin} * out.size() / bins)] += bin.count;
  }
  return out;
}

std::vector<double> Course(const logs::LogSummary& log, const Incident& incident, size_t values) {
  if (log.grid.bins == 0 || incident.parts.empty()) return {};
  const logs::Template& tmpl = log.templates[incident.parts.front().template_id];
  if (incident.slot >= 0 && static_cast<size_t>(incident.slot) < tmpl.slots.size()) {
    const logs::Slot& slot = tmpl.slots[static_cast<size_t>(incident.slot)];
    if (slot.numeric && (incident.kind == SignalKind::kShift || incident.kind == SignalKind::kTrend)) {
      const bool highest = incident.kind == SignalKind::kTrend;
      return Spread(log, slot.numeric->series, values,
                    [&](const logs::NumericBin& bin) { return highest ? bin.max : bin.median; });
    }
    for (const logs::TextValue& value : slot.top) {
      if (value.value != incident.entity) continue;
      return Spread(log, value.series, values,
                    [](const logs::BinCount& bin) { return static_cast<double>(bin.count); });
    }
  }
  if (incident.slot < 0 && !incident.entity.empty()) {
    std::vector<logs::BinCount> lines;
    for (const logs::Template& other : log.templates) {
      for (const auto* writers : {&other.hosts, &other.components}) {
        for (const logs::TextValue& writer : *writers) {
          if (writer.value == incident.entity) logs::MergeBins(&lines, writer.series);
        }
      }
    }
    return Spread(log, lines, values, [](const logs::BinCount& bin) { return static_cast<double>(bin.count); });
  }
  return LinesOverTime(log, tmpl.id, values);
}

}  // namespace yk::incidents
