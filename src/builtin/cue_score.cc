// SPDX-License-Identifier: Apache-2.0
#include "builtin/cue_score.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "builtin/cue_places.h"
#include "builtin/label_line.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr double kDecay = 60;        // code points at which a cue counts half
constexpr size_t kNear = 4;          // candidates looked at on each side of a cue
constexpr size_t kLabelLength = 80;  // code points of a sentence that may be the label of the next one
constexpr double kCited = 0.5;       // what a cue is worth in a line that is cited from an earlier message

bool EndsInCjk(std::string_view text, size_t end) {
  size_t at = end;
  return at > 0 && text::IsCjk(text::PreviousCodePoint(text, &at));
}

/// Cues of one sign, laid over the candidates.
class Board {
 public:
  Board(Reading& reading, const std::vector<Candidate>& candidates)
      : reading_(reading), candidates_(candidates), best_(candidates.size()), parts_(candidates.size()) {}

  void Add(const Cue& cue) {
    std::fill(best_.begin(), best_.end(), 0.0);
    for (const CuePlace& place : FindCue(reading_, cue.phrase)) AddPlace(place.range, place.strength);
    for (size_t i = 0; i < best_.size(); ++i) {
      if (best_[i] > 0) parts_[i].push_back(best_[i] * cue.weight);
    }
  }

  double Sum(size_t i) const {
    std::vector<double> parts = parts_[i];
    std::sort(parts.begin(), parts.end(), std::greater<>());
    double sum = 0;
    double share = 1;
    for (const double part : parts) {
      sum += part * share;
      share *= 0.5;
    }
    return sum;
  }

 private:
  void AddPlace(text::Range place, double strength) {
    const auto next = std::lower_bound(candidates_.begin(), candidates_.end(), place.begin,
                                       [](const Candidate& c, size_t at) { return c.range.begin < at; });
    const auto first = static_cast<size_t>(next - candidates_.begin());
    const size_t sentence = reading_.SentenceAt(place.begin);
    // A cue inside a candidate ("the date of expiry" in a quoted clause) says nothing about the others.
    if (first > 0 && candidates_[first - 1].range.end >= place.end) {
      best_[first - 1] = std::max(best_[first - 1], strength);
      return;
    }
    // "limit of $5, cyber liability" is no "limitation of liability": words found around a candidate are not about it.
    if (strength < 1 && first < candidates_.size() && candidates_[first].range.end <= place.end) return;
    for (size_t i = first; i < candidates_.size() && i < first + kNear; ++i) {
      if (AnswersItself(reading_.text(), place, candidates_[i].range)) break;
      const double base = After(sentence, place, candidates_[i], i - first);
      if (base <= 0) break;
      best_[i] = std::max(best_[i], base * strength);
    }
    if (first == 0 || IsLabel(reading_.text(), place)) return;
    if (first < candidates_.size() && PointsForward(reading_.text(), place, candidates_[first].range)) return;
    for (size_t back = 0; back < kNear && back < first; ++back) {
      const size_t i = first - 1 - back;
      if (reading_.SentenceAt(candidates_[i].range.begin) != sentence) break;
      if (LabelledApart(reading_.text(), candidates_[i].range, place)) break;
      const double side = EndsInCjk(reading_.text(), place.end) ? 1.0 : 0.7;
      const size_t distance = reading_.Distance(candidates_[i].range.end, place.begin);
      best_[i] =
          std::max(best_[i], strength * side * Nearness(distance, 0.2) * std::pow(0.45, static_cast<double>(back)));
    }
  }

  double After(size_t sentence, text::Range place, const Candidate& candidate, size_t between) const {
    const size_t distance = reading_.Distance(place.end, candidate.range.begin);
    const double blocked = std::pow(0.45, static_cast<double>(between));
    const size_t at = reading_.SentenceAt(candidate.range.begin);
    if (at == sentence) return Nearness(distance, 0.3) * blocked;
    if (at > sentence + 2 || distance > 200) return 0;
    const Sentence& from = reading_.sentences()[sentence];
    const bool label = from.length <= kLabelLength;
    return (label ? 0.8 : 0.4) * Nearness(distance, 0) * blocked / static_cast<double>(at - sentence);
  }

  static double Nearness(size_t distance, double least) {
    return std::max(least, 1.0 / (1.0 + static_cast<double>(distance) / kDecay));
  }

  Reading& reading_;
  const std::vector<Candidate>& candidates_;
  std::vector<double> best_;                ///< of the cue at hand, per candidate
  std::vector<std::vector<double>> parts_;  ///< per candidate: what each cue gave
};

std::vector<double> Strengths(Reading& reading, const std::vector<Cue>& cues,
                              const std::vector<Candidate>& candidates) {
  Board board(reading, candidates);
  for (const Cue& cue : cues) board.Add(cue);
  std::vector<double> out(candidates.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = board.Sum(i);
  return out;
}

/// A line of an earlier message, "> like this".
bool IsCited(std::string_view text, size_t at) {
  const size_t begin = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const size_t first = text.find_first_not_of(" \t", begin == std::string_view::npos ? 0 : begin + 1);
  return first < at && text[first] == '>';
}

/// What is said now goes before what was said then; where all is cited, nothing is to be set off.
void SetOffCited(std::string_view text, const std::vector<Candidate>& candidates, std::vector<double>& strengths) {
  std::vector<size_t> cited;
  bool said = false;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (strengths[i] <= 0) continue;
    if (IsCited(text, candidates[i].range.begin)) {
      cited.push_back(i);
    } else {
      said = true;
    }
  }
  if (!said) return;
  for (const size_t i : cited) strengths[i] *= kCited;
}

}  // namespace

std::vector<CueScore> ScoreByCues(Reading& reading, const FieldPlan& plan, const std::vector<Candidate>& candidates) {
  std::vector<double> plus = Strengths(reading, plan.cues, candidates);
  SetOffCited(reading.text(), candidates, plus);
  const std::vector<double> minus = Strengths(reading, plan.against, candidates);
  std::vector<CueScore> out(candidates.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = {plus[i], minus[i]};
  return out;
}

std::vector<CueScore> ScoreSentences(Reading& reading, const FieldPlan& plan) {
  std::vector<CueScore> out(reading.sentences().size());
  const auto add = [&](const std::vector<Cue>& cues, double CueScore::*side) {
    std::vector<std::vector<double>> parts(out.size());
    for (const Cue& cue : cues) {
      size_t last = SIZE_MAX;
      for (const CuePlace& place : FindCue(reading, cue.phrase)) {
        const size_t at = reading.SentenceAt(place.range.begin);
        if (at != last && at < out.size()) parts[at].push_back(cue.weight * place.strength);
        last = at;
      }
    }
    for (size_t i = 0; i < out.size(); ++i) {
      std::sort(parts[i].begin(), parts[i].end(), std::greater<>());
      double share = 1;
      for (const double part : parts[i]) {
        out[i].*side += part * share;
        share *= 0.6;
      }
    }
  };
  add(plan.cues, &CueScore::speaks_for);
  add(plan.against, &CueScore::against);
  return out;
}

}  // namespace yk::builtin
