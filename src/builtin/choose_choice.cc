// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iterator>

#include "builtin/choose.h"
#include "builtin/cue_places.h"
#include "builtin/denial.h"
#include "builtin/values.h"
#include "text/normalize.h"

namespace yk::builtin {
namespace {

constexpr double kLeast = 0.4;
constexpr double kMargin = 0.1;
constexpr double kSurest = 0.8;       // least strength of a cue's place
constexpr size_t kLongestCue = 1000;  // bytes; a longer one is compared with nothing

/// A cue of one value found in the text.
struct Mention {
  text::Range range;
  size_t choice = 0;
  double weight = 0;
  bool denied = false;
  bool exact = false;  ///< word for word
};

double LengthWeight(const Reading& reading, text::Range range) {
  const double points = static_cast<double>(reading.Distance(range.begin, range.end));
  const double cjk = static_cast<double>(range.size()) / std::max(points, 1.0) > 2.0 ? 3.0 : 1.0;
  return std::min(1.5, 0.4 + points * cjk / 30.0);
}

std::vector<Mention> Mentions(Reading& reading, const FieldPlan& plan) {
  std::vector<Mention> out;
  for (size_t choice = 0; choice < plan.choices.size(); ++choice) {
    for (const std::string& cue : plan.choices[choice].cues) {
      for (const CuePlace& found : FindCue(reading, cue)) {
        // Words far apart or in another order may mean the opposite.
        if (found.strength < kSurest) continue;
        const text::Range place = found.range;
        const text::Range sentence = reading.sentences()[reading.SentenceAt(place.begin)].range;
        const Denial denial = DenialAround(reading.text(), sentence, place);
        if (denial == Denial::kReported) continue;
        const bool exact = found.strength >= 1;
        // "was clean" is denied between its words: "was not clean".
        const bool inside = !exact && DeniesMore(reading.Slice(place), cue);
        out.push_back({place, choice, found.strength * LengthWeight(reading, place),
                       (denial == Denial::kDenied) != inside, exact});
      }
    }
  }
  return out;
}

bool Touches(const Mention& a, const Mention& b) { return a.range.begin < b.range.end && b.range.begin < a.range.end; }

/// Words that stand there as they are have the say over others found around them: "not clean" over the "was … clean"
/// that "was not clean" holds.
void DropLoose(std::vector<Mention>* mentions) {
  std::vector<Mention> exact;
  std::copy_if(mentions->begin(), mentions->end(), std::back_inserter(exact), [](const Mention& m) { return m.exact; });
  std::sort(exact.begin(), exact.end(),
            [](const Mention& a, const Mention& b) { return a.range.begin < b.range.begin; });
  std::erase_if(*mentions, [&](const Mention& mention) {
    if (mention.exact) return false;
    const auto from = std::partition_point(exact.begin(), exact.end(), [&](const Mention& m) {
      return m.range.begin + kLongestCue < mention.range.begin;
    });
    for (auto at = from; at != exact.end() && at->range.begin < mention.range.end; ++at) {
      if (Touches(*at, mention)) return true;
    }
    return false;
  });
}

/// A longer mention that covers a shorter one of another value has the say: "not renewed" over "renewed". Of equal
/// ones the one word for word does.
void DropCovered(std::vector<Mention>* mentions) {
  DropLoose(mentions);
  std::sort(mentions->begin(), mentions->end(), [](const Mention& a, const Mention& b) {
    return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.end > b.range.end;
  });
  std::vector<Mention> kept;
  for (const Mention& mention : *mentions) {
    while (!kept.empty() && kept.back().range.begin >= mention.range.begin &&
           kept.back().range.end < mention.range.end) {
      kept.pop_back();
    }
    const bool covered = !kept.empty() && kept.back().range.end >= mention.range.end;
    if (!covered) kept.push_back(mention);
  }
  *mentions = std::move(kept);
}

/// With two values, denying one says the other.
std::optional<size_t> Says(const FieldPlan& plan, const Mention& mention) {
  if (!mention.denied) return mention.choice;
  if (plan.choices.size() != 2) return std::nullopt;
  return 1 - mention.choice;
}

}  // namespace

Finding ChooseChoice(Reading& reading, const FieldPlan& plan) {
  std::vector<Mention> mentions = Mentions(reading, plan);
  DropCovered(&mentions);
  const std::vector<float> relevance = reading.Relevance(plan.query);
  std::vector<double> best(plan.choices.size(), 0.0);
  std::vector<double> sum(plan.choices.size(), 0.0);
  std::vector<text::Range> where(plan.choices.size());
  for (const Mention& mention : mentions) {
    const std::optional<size_t> choice = Says(plan, mention);
    if (!choice) continue;
    const size_t sentence = reading.SentenceAt(mention.range.begin);
    const double score = mention.weight * (0.6 + 0.4 * relevance[sentence]);
    sum[*choice] += score;
    if (score > best[*choice]) {
      best[*choice] = score;
      where[*choice] = reading.sentences()[sentence].range;
    }
  }
  Finding finding;
  finding.list = plan.list;
  Json items = Json::array();
  if (plan.list) {
    for (size_t i = 0; i < best.size(); ++i) {
      if (best[i] < kLeast) continue;
      items.push_back(plan.choices[i].value);
      finding.quotes.push_back(where[i]);
    }
    if (!items.empty()) finding.value = std::move(items);
    finding.confidence = finding.quotes.empty() ? 0 : 0.6;
    return finding;
  }
  size_t first = 0;
  for (size_t i = 1; i < best.size(); ++i) {
    if (best[i] + 0.2 * sum[i] > best[first] + 0.2 * sum[first]) first = i;
  }
  double next = 0;
  for (size_t i = 0; i < best.size(); ++i) {
    if (i != first) next = std::max(next, best[i] + 0.2 * sum[i]);
  }
  const double score = best.empty() ? 0 : best[first] + 0.2 * sum[first];
  if (score < kLeast || score < next + kMargin) return finding;
  finding.value = plan.choices[first].value;
  finding.quotes = {where[first]};
  finding.confidence = Confidence(score, next);
  return finding;
}

}  // namespace yk::builtin
