// SPDX-License-Identifier: Apache-2.0
#include "incidents/cards.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace yk::incidents {
namespace {

constexpr size_t kPartsMax = 12;
constexpr size_t kFramesMax = 2;  ///< stack frames among the parts: they are many, and say the same
constexpr size_t kEvidenceMax = 6;
constexpr size_t kTogetherMax = 5;
constexpr size_t kSparkBins = 48;

std::string NextStep(const LogView& log, const Signal& lead) {
  const auto quote = [&](uint32_t id) { return fmt::format("\"{}\"", log.at(id).text.substr(0, 60)); };
  switch (lead.kind) {
    case SignalKind::kSilence:
      return lead.entity.empty() ? "Check whether what writes these lines still runs, and what it wrote last."
                                 : fmt::format("Check whether {} still runs, and what it wrote last.", lead.entity);
    case SignalKind::kDrop: return "Look for what these lines wait for: errors of the same service at this time.";
    case SignalKind::kSequence:
      return fmt::format("Take one id of the cited lines and follow it from {} on.", quote(lead.others.front()));
    case SignalKind::kShift:
      return "Compare what changed right before the first of these values: releases, load, a dependency.";
    case SignalKind::kTrend: return "Find what never shrinks, and restart or bound it before it reaches its limit.";
    case SignalKind::kDominant:
      return fmt::format("Find out who {} is, and whether it should be let through.", lead.entity);
    case SignalKind::kSession: return "Compare the lines of one of these ids with those of a usual one.";
    case SignalKind::kNew: return "Read the first of these lines and what stands right before it.";
    default: return "Read the lines around the first one, then those of the peak.";
  }
}

uint64_t LinesWithin(const LogView& log, uint32_t id, const Signal& lead) {
  if (log.bins() == 0 || lead.from == logs::kNoTime) return log.at(id).count;
  uint64_t lines = 0;
  const logs::TimeGrid& grid = log.log().grid;
  for (const auto& bin : log.at(id).bins) {
    const logs::Micros start = grid.StartOf(bin.bin);
    if (start + grid.width > lead.from && start < lead.to) lines += bin.count;
  }
  return lines;
}

/// Templates that are no part of it, but have most of their lines in its time.
std::vector<uint32_t> Together(const LogView& log, const Signal& lead, const std::vector<Part>& parts) {
  std::vector<uint32_t> out;
  if (log.bins() == 0 || lead.begin >= lead.end || (lead.end - lead.begin) * 3 > log.bins()) return out;
  std::vector<std::pair<double, uint32_t>> shares;
  for (uint32_t id = 0; id < log.size(); ++id) {
    const bool known =
        std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return part.template_id == id; });
    if (known || log.at(id).count < 5) continue;
    const Series& counts = log.view(id).counts;
    const double all = Sum(counts);
    const double inside = Sum(std::span(counts).subspan(lead.begin, lead.end - lead.begin));
    if (all > 0 && inside / all > .5) shares.emplace_back(-inside / all, id);
  }
  std::sort(shares.begin(), shares.end());
  for (size_t i = 0; i < shares.size() && i < kTogetherMax; ++i) out.push_back(shares[i].second);
  return out;
}

void AddEvidence(const LogView& log, const Signal& signal, bool any_time, std::map<uint64_t, Evidence>* evidence) {
  for (const logs::Example& example : log.at(signal.template_id).examples) {
    const bool inside = signal.from == logs::kNoTime || example.place.time == logs::kNoTime ||
                        (example.place.time >= signal.from && example.place.time <= signal.to);
    if (!inside && !any_time) continue;
    if (evidence->size() >= kEvidenceMax) return;
    evidence->try_emplace(example.place.line,
                          Evidence{example.place.line, signal.template_id, example.place.time, example.text});
  }
}

}  // namespace

Incident MakeCard(const LogView& log, const Cluster& cluster) {
  const Signal& lead = cluster.signals.front();
  Incident card;
  card.score = cluster.score;
  card.kind = lead.kind;
  card.service = log.view(lead.template_id).service;
  card.from = lead.from;
  card.to = lead.to;
  card.lines = lead.lines;
  card.entity = lead.entity;
  card.slot = lead.slot;
  card.usual = lead.expected;
  card.observed = lead.observed;
  card.missing =
      lead.kind == SignalKind::kSilence || lead.kind == SignalKind::kDrop || lead.kind == SignalKind::kSequence;
  std::map<uint64_t, Evidence> evidence;
  size_t frames = 0;
  for (const Signal& signal : cluster.signals) {
    auto part = std::find_if(card.parts.begin(), card.parts.end(),
                             [&](const Part& known) { return known.template_id == signal.template_id; });
    if (part == card.parts.end()) {
      if (card.parts.size() >= kPartsMax) continue;
      if (log.at(signal.template_id).continuation && ++frames > kFramesMax) continue;
      card.parts.push_back({signal.template_id, LinesWithin(log, signal.template_id, lead), {}});
      part = card.parts.end() - 1;
    }
    part->what.push_back(signal.text);
    if (!signal.entity.empty() &&
        std::find(card.entities.begin(), card.entities.end(), signal.entity) == card.entities.end()) {
      card.entities.push_back(signal.entity);
    }
    AddEvidence(log, signal, false, &evidence);
  }
  if (evidence.empty()) AddEvidence(log, lead, true, &evidence);
  for (auto& [line, one] : evidence) card.evidence.push_back(std::move(one));
  const logs::Template& tmpl = log.at(lead.template_id);
  card.first_line = card.evidence.empty() ? tmpl.first.line : card.evidence.front().line;
  if (lead.from == logs::kNoTime || (tmpl.first.time != logs::kNoTime && tmpl.first.time >= lead.from))
    card.first_line = tmpl.first.line;
  if (!lead.at.empty()) card.first_line = lead.at.front().line;
  card.at = lead.at;
  const bool more =
      lead.kind == SignalKind::kNew || lead.kind == SignalKind::kBurst || lead.kind == SignalKind::kFailure;
  // All of its lines belong to it, so that the first one is known.
  if (more && lead.entity.empty() && card.first_line == tmpl.first.line) card.at = {tmpl.first};
  card.spark = Course(log.log(), card, kSparkBins);
  const bool has_peak = lead.entity.empty() && (lead.kind == SignalKind::kBurst || lead.kind == SignalKind::kNew);
  if (has_peak && log.bins() > 0 && lead.from != logs::kNoTime) {
    uint32_t most = 0;
    for (const auto& bin : tmpl.bins) {
      const logs::Micros start = log.log().grid.StartOf(bin.bin);
      if (start < lead.from || start >= lead.to || bin.count <= most) continue;
      most = bin.count;
      card.peak = start;
    }
  }
  card.together = Together(log, lead, card.parts);
  card.next = NextStep(log, lead);
  return card;
}

}  // namespace yk::incidents
