// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "builtin/choose.h"
#include "builtin/cue_score.h"
#include "builtin/term_clause.h"
#include "builtin/values.h"
#include "text/sentences.h"

namespace yk::builtin {
namespace {

constexpr double kLeast = 0.7;
constexpr double kPassageWeight = 0.5;
constexpr size_t kShortest = 12;  // code points; less is a heading or a table cell
constexpr double kLeastShape = 0.9;
constexpr double kTermCueWeight = 0.3;  // beside the shape of the clause
constexpr size_t kShortestTerm = 40;    // of a clause that fixes something in a contract, in Latin script

/// Sentences that can be the answer at all, by role: a term clause has its shape, a clause on the law speaks of law.
std::vector<bool> Eligible(Reading& reading, Role role, const std::vector<double>& shape) {
  std::vector<bool> out(shape.size(), role != Role::kGoverningLaw);
  if (role == Role::kExpirationDate) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = shape[i] >= kLeastShape;
  } else if (role == Role::kGoverningLaw) {
    for (const char* word : {"law", "laws"}) {
      for (const text::Range& place : reading.Places(word)) out[reading.SentenceAt(place.begin)] = true;
    }
    for (const size_t sentence : reading.SentencesWith("法")) out[sentence] = true;
  }
  return out;
}

/// The sentence without the enumerator before it.
text::Range Body(const Reading& reading, const Sentence& sentence) {
  text::Range range = sentence.range;
  const size_t skip = text::EnumeratorLength(reading.Slice(range));
  if (skip < range.size()) range.begin += skip;
  while (range.begin < range.end && reading.text()[range.begin] == ' ') ++range.begin;
  return range;
}

}  // namespace

Finding ChooseClause(Reading& reading, const FieldPlan& plan) {
  const std::vector<CueScore> cues = ScoreSentences(reading, plan);
  const std::vector<float> relevance = reading.Relevance(plan.query);
  const std::vector<double> shape =
      plan.role == Role::kExpirationDate ? ScoreTermClauses(reading) : std::vector<double>(cues.size(), 0.0);
  const std::vector<bool> eligible = Eligible(reading, plan.role, shape);
  const double cue_weight = plan.role == Role::kExpirationDate ? kTermCueWeight : 1.0;
  Finding finding;
  finding.list = plan.list;
  double best = 0;
  double next = 0;
  size_t at = SIZE_MAX;
  for (size_t i = 0; i < cues.size(); ++i) {
    const Sentence& sentence = reading.sentences()[i];
    if (!eligible[i] || sentence.heading || sentence.length < kShortest) continue;
    const bool latin = sentence.range.size() < 2 * sentence.length;
    if (plan.role != Role::kNone && latin && sentence.length < kShortestTerm) continue;
    const double score = cue_weight * cues[i].total() + shape[i] + kPassageWeight * relevance[i];
    if (score > best) {
      next = best;
      best = score;
      at = i;
    } else {
      next = std::max(next, score);
    }
  }
  const double least = plan.own_cues || plan.role != Role::kNone ? kLeast : kPassageWeight;
  if (at == SIZE_MAX || best < least) return finding;
  const text::Range range = Body(reading, reading.sentences()[at]);
  Json value = QuoteValue(reading.Slice(range));
  finding.value = plan.list ? Json::array({value}) : std::move(value);
  finding.quotes = {range};
  finding.confidence = Confidence(best, next);
  return finding;
}

}  // namespace yk::builtin
