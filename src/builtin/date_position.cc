// SPDX-License-Identifier: Apache-2.0
#include "builtin/date_position.h"

#include <algorithm>
#include <string>

#include "text/normalize.h"

namespace yk::builtin {
namespace {

constexpr size_t kHead = 6000;  // bytes in which an agreement usually names its date
constexpr size_t kTail = 4000;  // bytes in which the signatures usually stand
constexpr size_t kAlone = 25;   // code points beside the date in a sentence that is "the date alone"

/// 1 at the beginning, 0 from kHead on.
double Headness(size_t at) { return at >= kHead ? 0 : 1.0 - static_cast<double>(at) / kHead; }

/// "Date: 4/25/2018", "(signature) June 25, 2014".
bool SignedHere(std::string_view text, size_t at) {
  const size_t from = at > 24 ? at - 24 : 0;
  const std::string before = text::FoldString(text.substr(from, at - from), PhraseFolding());
  return before.ends_with("date:") || before.ends_with("dated:") || before.ends_with("(signature)") ||
         before.ends_with("(seal)") || before.ends_with("日付:") || before.ends_with("date");
}

/// Nothing but a label of a few letters on the line: Japanese contracts are dated that way above the signatures.
bool AloneOnLine(std::string_view text, text::Range range) {
  const size_t before = range.begin == 0 ? std::string_view::npos : text.rfind('\n', range.begin - 1);
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const size_t end = std::min(text.find('\n', range.end), text.size());
  const std::string label = text::FoldString(text.substr(begin, range.begin - begin), PhraseFolding());
  const std::string rest = text::FoldString(text.substr(range.end, end - range.end), PhraseFolding());
  return label.size() <= 18 && rest.empty();
}

double AgreementScore(const Reading& reading, const Candidate& date, bool first) {
  const Sentence& sentence = reading.sentences()[reading.SentenceAt(date.range.begin)];
  const size_t own = reading.Distance(date.range.begin, date.range.end);
  const size_t size = reading.text().size();
  const bool alone = sentence.length <= own + kAlone || AloneOnLine(reading.text(), date.range);
  const double head = Headness(date.range.begin);
  const bool tail = date.range.begin + std::min(kTail, size / 2) >= size;
  double score = 0.6 * head;
  if (first && head > 0) score += 0.15;
  if (alone && tail) score += 0.4;         // beside the signatures
  if (alone && head > 0.5) score += 0.25;  // on the cover
  if (tail && SignedHere(reading.text(), date.range.begin)) score += 0.4;
  if (!alone && head == 0 && !tail) score -= 0.5;  // in the middle of a paragraph of the body
  return score;
}

enum class Edge { kNone, kBegins, kEnds };

/// What the words that touch the date say: "from March 1", 3月1日から; "through May 31", 5月31日まで.
Edge EdgeOf(std::string_view text, text::Range range) {
  const std::string after = text::FoldString(text.substr(range.end, 24), PhraseFolding());
  for (const char* word : {"まで", "をもって満了", "に満了", "に終了", "限り", "をもって終了"}) {
    if (after.starts_with(word)) return Edge::kEnds;
  }
  for (const char* word : {"から", "より", "に発効", "をもって発効", "に効力"}) {
    if (after.starts_with(word)) return Edge::kBegins;
  }
  const size_t from = range.begin > 40 ? range.begin - 40 : 0;
  const std::string before = text::FoldString(text.substr(from, range.begin - from), {.case_fold = true});
  const std::string words = " " + before;
  for (const char* word :
       {" through", " until", " expires on", " expire on", " ends on", " end on", " ending on", " ending",
        " ends at midnight on", " terminate on", " terminates on", " close of", " expiring on"}) {
    if (words.ends_with(word)) return Edge::kEnds;
  }
  for (const char* word :
       {" from", " begins on", " begin on", " commencing on", " commences on", " commencing", " effective on",
        " starts on", " beginning on", " beginning", " enters into force on", " takes effect on"}) {
    if (words.ends_with(word)) return Edge::kBegins;
  }
  return Edge::kNone;
}

double EdgeScore(Role role, Edge edge) {
  if (edge == Edge::kNone) return 0;
  if (role == Role::kAgreementDate) return -0.4;
  const bool wanted = (role == Role::kExpirationDate) == (edge == Edge::kEnds);
  return wanted ? 0.35 : -0.5;
}

/// When several dates stand beside signatures, the contract is made with the last of them.
void PreferLastSignature(const Reading& reading, const std::vector<Candidate>& dates, std::vector<double>* scores) {
  size_t last = SIZE_MAX;
  for (size_t i = 0; i < dates.size(); ++i) {
    if (!SignedHere(reading.text(), dates[i].range.begin)) continue;
    if (last == SIZE_MAX || dates[i].key > dates[last].key) last = i;
  }
  if (last != SIZE_MAX) (*scores)[last] += 0.1;
}

}  // namespace

std::vector<double> DatePositionScores(const Reading& reading, Role role, const std::vector<Candidate>& dates) {
  std::vector<double> out(dates.size(), 0.0);
  if (role != Role::kAgreementDate && role != Role::kEffectiveDate && role != Role::kExpirationDate) return out;
  for (size_t i = 0; i < dates.size(); ++i) out[i] = EdgeScore(role, EdgeOf(reading.text(), dates[i].range));
  if (role != Role::kAgreementDate) return out;
  for (size_t i = 0; i < dates.size(); ++i) out[i] += AgreementScore(reading, dates[i], i == 0);
  PreferLastSignature(reading, dates, &out);
  return out;
}

}  // namespace yk::builtin
