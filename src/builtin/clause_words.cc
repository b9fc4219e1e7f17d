// SPDX-License-Identifier: Apache-2.0
#include "builtin/clause_words.h"

#include <algorithm>
#include <functional>
#include <string>

namespace yk::builtin {
namespace {

struct Phrase {
  std::string_view text;
  double weight;
};

/// The clause that says when a contract ends.
const std::vector<Phrase>& TermWords() {
  static const std::vector<Phrase> words = {
      {"term of this agreement", .9},
      {"this agreement shall commence", .9},
      {"this agreement will commence", .9},
      {"this agreement commences", .9},
      {"this agreement shall continue", .8},
      {"this agreement shall remain", .7},
      {"this agreement shall be effective", .6},
      {"this agreement shall become effective", .8},
      {"this agreement shall take effect", .8},
      {"this agreement shall expire", 1},
      {"this agreement expires", 1},
      {"this agreement shall terminate", .5},
      {"this agreement will terminate", .5},
      {"this agreement shall be in effect", .8},
      {"this agreement will be in effect", .8},
      {"this agreement begins", .8},
      {"this agreement shall be for", .6},
      {"shall commence", .5},
      {"shall begin", .5},
      {"will begin", .5},
      {"initial term", .6},
      {"contract term", .5},
      {"the \"Term\"", .6},
      {"the \"Initial Term\"", .5},
      {"in full force and effect", .4},
      {"in effect", .4},
      {"in force", .4},
      {"for a period of", .4},
      {"for a term of", .6},
      {"shall continue", .4},
      {"and continue", .4},
      {"will continue", .4},
      {"continue until", .5},
      {"shall expire", .5},
      {"until terminated", .5},
      {"unless terminated", .35},
      {"unless sooner terminated", .5},
      {"unless earlier terminated", .5},
      {"indefinitely", .4},
      {"anniversary", .3},
      {"effective date", .35},
      {"years", .2},
      {"months", .15},
      {"automatically renew", .2},
      {"契約期間", .8},
      {"有効期間", .9},
      {"満了", .4},
      {"まで", .3},
  };
  return words;
}

const std::vector<Phrase>& TermAgainst() {
  static const std::vector<Phrase> words = {
      {"confidential", .6},    {"survive", .5},      {"breach", .3},        {"notice of termination", .4},
      {"warranty", .4},        {"invoice", .4},      {"after termination", .5}, {"following termination", .4},
      {"upon termination", .6}, {"upon expiration", .5}, {"during the term", .7}, {"throughout the term", .6},
      {"royalty", .3},         {"insurance", .5},    {"renewal term", .1},  {"statute", .5},
      {"purchase order", .4},  {"秘密", .5},          {"存続", .4},
  };
  return words;
}

/// The clause that says which law governs.
const std::vector<Phrase>& LawAgainst() {
  static const std::vector<Phrase> words = {{"arbitration", .2}, {"venue", .1}, {"corporation organized", .8}};
  return words;
}

void Add(Reading& reading, const std::vector<Phrase>& phrases, double sign, std::vector<double>* scores) {
  std::vector<std::vector<double>> parts(scores->size());
  for (const Phrase& phrase : phrases) {
    size_t last = SIZE_MAX;
    for (const text::Range& place : reading.Places(std::string(phrase.text))) {
      const size_t at = reading.SentenceAt(place.begin);
      if (at != last && at < parts.size()) parts[at].push_back(phrase.weight);
      last = at;
    }
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    std::sort(parts[i].begin(), parts[i].end(), std::greater<>());
    double share = 1;
    for (const double part : parts[i]) {
      (*scores)[i] += sign * part * share;
      share *= 0.75;
    }
  }
}

}  // namespace

std::vector<double> ScoreClauseWords(Reading& reading, Role role) {
  std::vector<double> scores(reading.sentences().size(), 0.0);
  if (role == Role::kExpirationDate) {
    Add(reading, TermWords(), 1, &scores);
    Add(reading, TermAgainst(), -1, &scores);
  } else if (role == Role::kGoverningLaw) {
    Add(reading, LawAgainst(), -1, &scores);
  }
  return scores;
}

}  // namespace yk::builtin
