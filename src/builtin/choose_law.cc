// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "builtin/choose.h"
#include "builtin/cue_score.h"
#include "builtin/jurisdictions.h"
#include "builtin/values.h"

namespace yk::builtin {
namespace {

constexpr double kLeast = 0.7;

}  // namespace

Finding ChooseLaw(Reading& reading, const FieldPlan& plan) {
  Finding finding;
  finding.list = plan.list;
  const std::vector<Candidate> candidates = FindJurisdictions(reading);
  const std::vector<CueScore> scores = ScoreByCues(reading, plan, candidates);
  size_t best = SIZE_MAX;
  double top = kLeast;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].total() <= top) continue;
    top = scores[i].total();
    best = i;
  }
  if (best == SIZE_MAX) return finding;
  double next = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (candidates[i].key != candidates[best].key) next = std::max(next, scores[i].total());
  }
  Json value = QuoteValue(reading.Slice(candidates[best].range));
  finding.value = plan.list ? Json::array({value}) : std::move(value);
  finding.quotes = {candidates[best].range};
  finding.confidence = Confidence(top, next);
  return finding;
}

}  // namespace yk::builtin
