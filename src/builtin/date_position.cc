// SPDX-License-Identifier: Apache-2.0
#include "builtin/date_position.h"

#include <algorithm>

namespace yk::builtin {
namespace {

constexpr size_t kHead = 6000;   // bytes in which an agreement usually names its date
constexpr size_t kAlone = 25;    // code points beside the date in a sentence that is "the date alone"

/// 1 at the beginning, 0 from kHead on.
double Headness(size_t at) { return at >= kHead ? 0 : 1.0 - static_cast<double>(at) / kHead; }

double AgreementScore(const Reading& reading, const Candidate& date) {
  const Sentence& sentence = reading.sentences()[reading.SentenceAt(date.range.begin)];
  const size_t own = reading.Distance(date.range.begin, date.range.end);
  const bool alone = sentence.length <= own + kAlone;
  const double head = Headness(date.range.begin);
  const double size = static_cast<double>(std::max<size_t>(reading.text().size(), 1));
  const double depth = static_cast<double>(date.range.begin) / size;
  double score = 0.6 * head;
  if (alone && depth > 0.6) score += 0.35;              // beside the signatures
  if (alone && head > 0.5) score += 0.25;               // on the cover
  if (!alone && head == 0 && depth < 0.9) score -= 0.5;  // in the middle of a paragraph of the body
  return score;
}

}  // namespace

std::vector<double> DatePositionScores(const Reading& reading, Role role, const std::vector<Candidate>& dates) {
  std::vector<double> out(dates.size(), 0.0);
  if (role != Role::kAgreementDate) return out;
  for (size_t i = 0; i < dates.size(); ++i) out[i] = AgreementScore(reading, dates[i]);
  return out;
}

}  // namespace yk::builtin
