// SPDX-License-Identifier: Apache-2.0
#include "constrain/regex_nfa.h"

#include <algorithm>

namespace yk::constrain {
namespace {

constexpr size_t kStatesMax = 20'000;

/// Built from its end: each part is given the state that comes behind it.
class NfaBuilder {
 public:
  uint32_t Build(const RegexTree& tree, uint32_t next) {
    if (overflow()) return next;
    switch (tree.kind) {
      case RegexTree::kSet: return Add({RegexNfa::State::kSet, SetIndex(tree.set), next, 0});
      case RegexTree::kBegin: return Add({RegexNfa::State::kBegin, 0, next, 0});
      case RegexTree::kEnd: return Add({RegexNfa::State::kEnd, 0, next, 0});
      case RegexTree::kSequence:
        for (auto part = tree.parts.rbegin(); part != tree.parts.rend(); ++part) next = Build(*part, next);
        return next;
      case RegexTree::kAlternatives: return Alternatives(tree, next);
      case RegexTree::kRepeat: return Repeat(tree, next);
    }
    return next;
  }

  uint32_t Add(RegexNfa::State state) {
    nfa.states.push_back(state);
    return static_cast<uint32_t>(nfa.states.size() - 1);
  }
  bool overflow() const { return nfa.states.size() > kStatesMax; }

  RegexNfa nfa;

 private:
  uint32_t SetIndex(const CodePointSet& set) {
    const auto known = std::find(nfa.sets.begin(), nfa.sets.end(), set);
    const auto index = static_cast<uint32_t>(known - nfa.sets.begin());
    if (known == nfa.sets.end()) nfa.sets.push_back(set);
    return index;
  }

  uint32_t Alternatives(const RegexTree& tree, uint32_t next) {
    uint32_t all = Build(tree.parts.back(), next);
    for (size_t i = tree.parts.size() - 1; i-- > 0;) {
      all = Add({RegexNfa::State::kSplit, 0, Build(tree.parts[i], next), all});
    }
    return all;
  }

  uint32_t Repeat(const RegexTree& tree, uint32_t next) {
    const RegexTree& part = tree.parts.front();
    uint32_t from = next;
    if (tree.max == RegexTree::kNoMax) {
      const uint32_t loop = Add({RegexNfa::State::kSplit, 0, 0, next});
      const uint32_t again = Build(part, loop);
      nfa.states[loop].next = again;
      from = loop;
    } else {
      for (uint32_t i = tree.min; i < tree.max && !overflow(); ++i) {
        from = Add({RegexNfa::State::kSplit, 0, Build(part, from), next});
      }
    }
    for (uint32_t i = 0; i < tree.min && !overflow(); ++i) from = Build(part, from);
    return from;
  }
};

}  // namespace

std::optional<RegexNfa> RegexNfa::Of(const RegexTree& tree) {
  NfaBuilder builder;
  const uint32_t match = builder.Add({State::kMatch, 0, 0, 0});
  builder.nfa.start = builder.Build(tree, match);
  if (builder.overflow()) return std::nullopt;
  return std::move(builder.nfa);
}

}  // namespace yk::constrain
