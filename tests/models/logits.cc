// SPDX-License-Identifier: Apache-2.0
#include "logits.h"

#include <algorithm>

namespace yk::models {
namespace {

constexpr float kFollows = 20;     // of the token that follows
constexpr float kAlternative = 3;  // how much less each further alternative gets
constexpr float kLean = 7;
constexpr float kLeastMargin = 6;  // of the token that follows before the next one

using Last = std::vector<int32_t>;
using Markers = std::map<int32_t, const std::vector<int32_t>*>;  // what follows under each marker

bool Holds(const std::vector<int32_t>& tokens, int32_t token) {
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

class Leanings {
 public:
  explicit Leanings(const std::map<Last, Markers>& places) {
    for (const auto& [last, markers] : places) {
      for (const auto& [marker, next] : markers) {
        for (const auto& [other, other_next] : markers) {
          for (const int32_t token : *next) {
            if (!Holds(*other_next, token)) Add(token, marker, other);
          }
        }
      }
    }
  }

  float Of(int32_t token, int32_t marker) const {
    const auto found = lean_.find({token, marker});
    return found == lean_.end() ? 0 : found->second;
  }

 private:
  void Add(int32_t token, int32_t towards, int32_t away) {
    lean_[{token, towards}] = kLean;
    lean_.emplace(std::pair(token, away), -kLean);
  }
  std::map<std::pair<int32_t, int32_t>, float> lean_;
};

// What the last tokens alone say about a token, such that it reaches its logit under each marker where it follows.
float FromLast(const Markers& markers, const Leanings& leanings, int32_t token) {
  float result = 0;
  for (const auto& [marker, next] : markers) {
    const auto rank = std::find(next->begin(), next->end(), token) - next->begin();
    if (static_cast<size_t>(rank) == next->size()) continue;
    result = std::max(result, kFollows - kAlternative * static_cast<float>(rank) - leanings.Of(token, marker));
  }
  return result;
}

}  // namespace

Result<Logits> WantedLogits(const Chain& chain) {
  Logits logits;
  std::map<Last, Markers> places;
  std::map<int32_t, bool> tokens, markers;
  for (const auto& [place, next] : chain) {
    places[place.last][place.marker] = &next;
    markers[place.marker] = true;
    for (const int32_t token : next) tokens[token] = true;
  }
  for (const auto& [token, known] : tokens) logits.tokens.push_back(token);
  logits.contexts = places.size() + markers.size();

  const Leanings leanings(places);
  for (const auto& [place, next] : chain) {
    auto& row = logits.rows.emplace_back();
    float follows = 0, others = 0;
    for (const int32_t token : logits.tokens) {
      row.push_back(FromLast(places[place.last], leanings, token) + leanings.Of(token, place.marker));
      if (token == next[0]) {
        follows = row.back();
      } else if (!Holds(next, token)) {
        others = std::max(others, row.back());
      }
    }
    if (follows < others + kLeastMargin) {
      return Fail(Code::kInvalid,
                  "the answers cannot be told apart: a token is right for one word here and for another there; "
                  "vary their texts");
    }
  }
  return logits;
}

}  // namespace yk::models
