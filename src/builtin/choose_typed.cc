// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_set>

#include "builtin/choose.h"
#include "builtin/cue_score.h"
#include "builtin/date_position.h"
#include "builtin/values.h"

namespace yk::builtin {
namespace {

constexpr double kLeast = 0.45;         // a score below it is a guess
constexpr double kLeastCues = 0.15;     // some cue must speak for a value
constexpr double kPassageWeight = 0.4;  // of the retrieval score beside the cues
constexpr double kListShare = 0.5;      // items of a list reach this share of the best item

struct Ranked {
  const Candidate* candidate = nullptr;
  Json value;
  double score = 0;
  double cues = 0;
};

std::vector<Ranked> Rank(Reading& reading, const FieldPlan& plan) {
  const std::vector<Candidate>& candidates = reading.Candidates(plan.kind);
  std::vector<Ranked> out;
  if (candidates.empty()) return out;
  const std::vector<CueScore> cues = ScoreByCues(reading, plan, candidates);
  const std::vector<float> relevance = reading.Relevance(plan.query);
  const std::vector<double> places = DatePositionScores(reading, plan.role, candidates);
  for (size_t i = 0; i < candidates.size(); ++i) {
    std::optional<Json> value = ValueFor(reading, plan, candidates[i]);
    if (!value) continue;
    const double passage = relevance[reading.SentenceAt(candidates[i].range.begin)];
    const double score = cues[i].total() + places[i] + kPassageWeight * passage;
    out.push_back({&candidates[i], std::move(*value), score, cues[i].speaks_for + places[i]});
  }
  return out;
}

Finding TakeList(const FieldPlan& plan, const std::vector<Ranked>& ranked) {
  double best = 0;
  for (const Ranked& each : ranked) best = std::max(best, each.score);
  const bool all = !plan.own_cues && plan.role == Role::kNone;
  Finding finding;
  finding.list = true;
  Json items = Json::array();
  std::unordered_set<std::string> seen;
  for (const Ranked& each : ranked) {
    const bool good = each.score >= std::max(kLeast, kListShare * best) && each.cues >= kLeastCues;
    if ((!all && !good) || !seen.insert(each.candidate->key).second) continue;
    items.push_back(each.value);
    finding.quotes.push_back(each.candidate->range);
  }
  if (items.empty()) return finding;
  finding.value = std::move(items);
  finding.confidence = all ? 0.6 : Confidence(best, 0);
  return finding;
}

/// Addresses need no cue when a short text has only one: the e-mail address of a signature.
bool OnlyOne(const Reading& reading, const FieldPlan& plan, const std::vector<Ranked>& ranked) {
  const bool address = plan.kind == Kind::kEmail || plan.kind == Kind::kPhone || plan.kind == Kind::kUrl;
  if (plan.own_cues || !address || ranked.empty()) return false;
  if (reading.text().size() > 4000) return false;
  return std::all_of(ranked.begin(), ranked.end(),
                     [&](const Ranked& r) { return r.candidate->key == ranked.front().candidate->key; });
}

}  // namespace

Finding ChooseTyped(Reading& reading, const FieldPlan& plan) {
  const std::vector<Ranked> ranked = Rank(reading, plan);
  if (plan.list) return TakeList(plan, ranked);
  Finding finding;
  if (ranked.empty()) return finding;
  const auto best = std::max_element(ranked.begin(), ranked.end(),
                                     [](const Ranked& a, const Ranked& b) { return a.score < b.score; });
  if (best->score < kLeast || best->cues < kLeastCues) {
    if (!OnlyOne(reading, plan, ranked)) return finding;
    finding.confidence = 0.5;
  } else {
    double next = 0;
    for (const Ranked& each : ranked) {
      if (each.candidate->key != best->candidate->key) next = std::max(next, each.score);
    }
    finding.confidence = Confidence(best->score, next);
  }
  finding.value = best->value;
  finding.quotes = {best->candidate->range};
  return finding;
}

}  // namespace yk::builtin
