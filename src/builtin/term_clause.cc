// SPDX-License-Identifier: Apache-2.0
#include "builtin/term_clause.h"

#include <algorithm>
#include <array>
#include <string>

namespace yk::builtin {
namespace {

struct Phrase {
  const char* text;
  double weight;
};

/// What a term clause is about.
constexpr std::array<Phrase, 30> kSubjects = {{
    {"this agreement shall", 1},
    {"this agreement will", 1},
    {"this agreement is effective", 1},
    {"this agreement commences", 1},
    {"this agreement begins", 1},
    {"this agreement expires", 1},
    {"this agreement remains", 1},
    {"this agreement becomes", .9},
    {"this agreement takes effect", 1},
    {"the agreement shall", .9},
    {"this contract shall", 1},
    {"the contract is valid", 1},
    {"the contract shall", .8},
    {"term of this agreement", 1},
    {"term of the agreement", 1},
    {"term of this contract", 1},
    {"initial term", .8},
    {"the term shall", .9},
    {"the term will", .9},
    {"contract term shall", 1},
    {"term hereof", .9},
    {"term of this lease", 1},
    {"maintenance term shall", .6},
    {"your employment shall", .8},
    {"term:", .7},
    {"this amendment shall", .3},
    {"本契約の有効期間", 1},
    {"契約期間は", 1},
    {"有効期間は", 1},
    {"契約の期間", .8},
}};

/// What it says of it.
constexpr std::array<Phrase, 33> kPredicates = {{
    {"commence", 1},
    {"commences", 1},
    {"commencing", .6},
    {"begin", 1},
    {"begins", 1},
    {"take effect", 1},
    {"takes effect", 1},
    {"become effective", 1},
    {"be effective", .8},
    {"is effective", .9},
    {"remain in", 1},
    {"remains in", 1},
    {"remain effective", 1},
    {"continue", .9},
    {"continues", .9},
    {"expire", 1},
    {"expires", 1},
    {"be for", .9},
    {"be in effect", 1},
    {"in full force", .8},
    {"extend for", .8},
    {"terminate on", .7},
    {"end on", .8},
    {"is valid", .8},
    {"have a term", 1},
    {"is one", .6},
    {"automatically terminate", .5},
    {"満了", .8},
    {"から", .6},
    {"とする", .5},
    {"agreement is", .8},
    {"term is", .8},
    {"(\"Term\") is", .9},
}};

/// How far it reaches, beside periods and dates.
constexpr std::array<Phrase, 14> kExtents = {{
    {"until", .9},
    {"perpetual", 1},
    {"perpetually", 1},
    {"indefinitely", 1},
    {"anniversary", .9},
    {"perpetuity", 1},
    {"unless terminated", .7},
    {"unless sooner terminated", .8},
    {"unless earlier terminated", .8},
    {"completion of", .7},
    {"earlier terminated", .6},
    {"through", .5},
    {"まで", .9},
    {"間とする", .9},
}};

constexpr std::array<Phrase, 4> kNames = {
    {{"the \"Term\"", .5}, {"the \"Initial Term\"", .5}, {"(\"Term\")", .4}, {"(\"Initial Term\")", .4}}};

/// What other clauses say with the same words.
constexpr std::array<Phrase, 20> kAgainst = {{
    {"during the term", .9},
    {"throughout the term", .8},
    {"for the duration of", .4},
    {"survive", .6},
    {"confidential", .6},
    {"notices", .5},
    {"warranty", .4},
    {"invoice", .5},
    {"insurance", .5},
    {"governed by", 1},
    {"in writing and", .3},
    {"royalty", .3},
    {"upon termination", .5},
    {"after termination", .5},
    {"dispute", .6},
    {"purchase order", .4},
    {"秘密", .6},
    {"存続", .6},
    {"after the initial term", .8},
    {"means", .4},
}};

/// Per sentence: the strongest phrase and where the first one stands.
struct Marks {
  std::vector<double> weight;
  std::vector<size_t> first;
};

template <size_t N>
Marks Mark(Reading& reading, const std::array<Phrase, N>& phrases) {
  Marks marks{std::vector<double>(reading.sentences().size(), 0.0),
              std::vector<size_t>(reading.sentences().size(), SIZE_MAX)};
  for (const Phrase& phrase : phrases) {
    for (const text::Range& place : reading.Places(phrase.text)) {
      const size_t at = reading.SentenceAt(place.begin);
      marks.weight[at] = std::max(marks.weight[at], phrase.weight);
      marks.first[at] = std::min(marks.first[at], place.begin);
    }
  }
  return marks;
}

void MarkCandidates(Reading& reading, Kind kind, std::vector<double>* weight) {
  for (const Candidate& each : reading.Candidates(kind)) {
    double& best = (*weight)[reading.SentenceAt(each.range.begin)];
    best = std::max(best, 1.0);
  }
}

/// Per sentence the strongest predicate that stands behind its subject.
std::vector<double> PredicatesBehind(Reading& reading, const Marks& subjects) {
  std::vector<double> out(subjects.weight.size(), 0.0);
  for (const Phrase& phrase : kPredicates) {
    for (const text::Range& place : reading.Places(phrase.text)) {
      const size_t at = reading.SentenceAt(place.begin);
      if (place.begin >= subjects.first[at]) out[at] = std::max(out[at], phrase.weight);
    }
  }
  return out;
}

}  // namespace

std::vector<double> ScoreTermClauses(Reading& reading) {
  const size_t count = reading.sentences().size();
  const Marks subjects = Mark(reading, kSubjects);
  const std::vector<double> predicates = PredicatesBehind(reading, subjects);
  Marks extents = Mark(reading, kExtents);
  MarkCandidates(reading, Kind::kDuration, &extents.weight);
  MarkCandidates(reading, Kind::kDate, &extents.weight);
  const Marks names = Mark(reading, kNames);
  const Marks against = Mark(reading, kAgainst);
  std::vector<double> scores(count, 0.0);
  for (size_t i = 0; i < count; ++i) {
    const Sentence& sentence = reading.sentences()[i];
    const double subject = subjects.weight[i];
    // The subject of a term clause stands early; deep inside a sentence the same words are an aside.
    const bool early = subject > 0 && reading.Distance(sentence.range.begin, subjects.first[i]) <= 130;
    const double clause = subject * predicates[i] * (early ? 1.0 : 0.5);
    scores[i] = 0.4 * subject + 0.9 * clause + 1.1 * clause * extents.weight[i] + 0.2 * extents.weight[i] +
                names.weight[i] - against.weight[i];
    if (sentence.length > 1500) scores[i] -= 0.4;
  }
  return scores;
}

}  // namespace yk::builtin
