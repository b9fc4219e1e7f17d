// SPDX-License-Identifier: Apache-2.0
#include "constrain/pattern_dfa.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "constrain/regex_nfa.h"

namespace yk::constrain {
namespace {

constexpr size_t kStatesMax = 4096;
constexpr size_t kCellsMax = size_t{4} << 20;
constexpr size_t kWorkMax = size_t{20} << 20;  ///< visits of nondeterministic states, which is half a second or so

/// States of the nondeterministic automaton, ascending. The one that holds kMatched alone accepts whatever follows.
using Places = std::vector<uint32_t>;
constexpr uint32_t kMatched = UINT32_MAX;

constexpr uint32_t kSurrogates = 0xD800, kBehindSurrogates = 0xE000;

}  // namespace

/// The subset construction.
class PatternBuilder {
 public:
  explicit PatternBuilder(const RegexNfa& nfa) : nfa_(nfa), seen_(nfa.states.size()) {}

  std::optional<PatternDfa> Run() {
    Classify();
    restart_ = Closure({nfa_.start}, false);
    // The beginning is a place of its own: no other state passes kBegin.
    order_.push_back(Settled(Closure({nfa_.start}, true)));
    dfa_.accepts_.push_back(Accepts(order_.front(), true));
    for (size_t i = 0; i < order_.size(); ++i) {
      if (order_.size() > kStatesMax || order_.size() * dfa_.kinds_ > kCellsMax || work_ > kWorkMax)
        return std::nullopt;
      const Places from = order_[i];
      for (uint32_t kind = 0; kind < dfa_.kinds_; ++kind) dfa_.next_.push_back(Visit(Step(from, kind)));
    }
    dfa_.IndexAscii();
    dfa_.Trim();
    return std::move(dfa_);
  }

  static std::optional<PatternDfa> Product(const PatternDfa& a, const PatternDfa& b);

 private:
  /// Cuts the code points into runs that no set tells apart, and gives alike runs one kind.
  void Classify() {
    std::set<uint32_t> cuts{0, kSurrogates, kBehindSurrogates};
    for (const auto& set : nfa_.sets) {
      for (const auto& range : set.ranges()) {
        cuts.insert(range.low);
        cuts.insert(range.high + 1);
      }
    }
    std::map<std::vector<bool>, uint32_t> kinds;
    for (const uint32_t cut : cuts) {
      if (cut > CodePointSet::kLast) break;
      std::vector<bool> in(nfa_.sets.size());
      const bool character = cut < kSurrogates || cut >= kBehindSurrogates;
      for (size_t i = 0; i < in.size(); ++i) in[i] = character && nfa_.sets[i].Contains(cut);
      const auto [kind, is_new] = kinds.emplace(in, static_cast<uint32_t>(kinds.size()));
      if (is_new) members_.push_back(std::move(in));
      if (dfa_.runs_.empty() || dfa_.runs_.back().kind != kind->second) dfa_.runs_.push_back({cut, kind->second});
    }
    dfa_.kinds_ = static_cast<uint32_t>(kinds.size());
  }

  /// What can be reached without reading. At the end of the text, kEnd can be passed too.
  Places Closure(Places open, bool at_begin, bool at_end = false) {
    Places reached;
    ++round_;
    while (!open.empty()) {
      const uint32_t at = open.back();
      open.pop_back();
      if (seen_[at] == round_) continue;
      seen_[at] = round_;
      reached.push_back(at);
      const auto& state = nfa_.states[at];
      const bool passes = state.kind == RegexNfa::State::kSplit ||
                          (at_begin && state.kind == RegexNfa::State::kBegin) ||
                          (at_end && state.kind == RegexNfa::State::kEnd);
      if (passes) open.push_back(state.next);
      if (state.kind == RegexNfa::State::kSplit) open.push_back(state.other);
    }
    work_ += reached.size();
    std::sort(reached.begin(), reached.end());
    return reached;
  }

  bool Matches(const Places& places) const {
    return std::any_of(places.begin(), places.end(),
                       [this](uint32_t at) { return nfa_.states[at].kind == RegexNfa::State::kMatch; });
  }

  /// Leaves out what has been passed already.
  Places Settled(Places places) const {
    if (Matches(places)) return {kMatched};
    std::erase_if(places, [this](uint32_t at) {
      const auto kind = nfa_.states[at].kind;
      return kind == RegexNfa::State::kSplit || kind == RegexNfa::State::kBegin;
    });
    return places;
  }

  bool Accepts(const Places& places, bool at_begin) {
    return places == Places{kMatched} || Matches(Closure(places, at_begin, true));
  }

  Places Step(const Places& from, uint32_t kind) {
    if (from == Places{kMatched}) return from;
    Places next = restart_;  // a match may begin at any place of the text
    for (const uint32_t at : from) {
      const auto& state = nfa_.states[at];
      if (state.kind == RegexNfa::State::kSet && members_[kind][state.set]) next.push_back(state.next);
    }
    return Settled(Closure(std::move(next), false));
  }

  uint32_t Visit(Places places) {
    const auto [known, is_new] = numbers_.emplace(std::move(places), static_cast<uint32_t>(order_.size()));
    if (is_new) {
      order_.push_back(known->first);
      dfa_.accepts_.push_back(Accepts(known->first, false));
    }
    return known->second;
  }

  const RegexNfa& nfa_;
  PatternDfa dfa_;
  std::vector<std::vector<bool>> members_;  ///< [kind][set]
  Places restart_;
  std::vector<uint32_t> seen_;  ///< the round in which a state was last reached
  uint32_t round_ = 0;
  size_t work_ = 0;
  std::map<Places, uint32_t> numbers_;
  std::vector<Places> order_;
};

std::optional<PatternDfa> PatternBuilder::Product(const PatternDfa& a, const PatternDfa& b) {
  PatternDfa both;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> kinds;
  std::vector<std::pair<uint32_t, uint32_t>> kind_pairs;
  for (size_t i = 0, j = 0; i < a.runs_.size() && j < b.runs_.size();) {
    const std::pair pair(a.runs_[i].kind, b.runs_[j].kind);
    const auto [kind, is_new] = kinds.emplace(pair, static_cast<uint32_t>(kinds.size()));
    if (is_new) kind_pairs.push_back(pair);
    both.runs_.push_back({std::max(a.runs_[i].first, b.runs_[j].first), kind->second});
    const uint32_t a_end = i + 1 < a.runs_.size() ? a.runs_[i + 1].first : UINT32_MAX;
    const uint32_t b_end = j + 1 < b.runs_.size() ? b.runs_[j + 1].first : UINT32_MAX;
    if (a_end <= b_end) ++i;
    if (b_end <= a_end) ++j;
  }
  both.kinds_ = static_cast<uint32_t>(kinds.size());
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> numbers;
  std::vector<std::pair<uint32_t, uint32_t>> order;
  const auto visit = [&](uint32_t in_a, uint32_t in_b) {
    if (in_a == PatternDfa::kDead || in_b == PatternDfa::kDead) return PatternDfa::kDead;
    const auto [known, is_new] = numbers.emplace(std::pair(in_a, in_b), static_cast<uint32_t>(order.size()));
    if (is_new) {
      order.emplace_back(in_a, in_b);
      both.accepts_.push_back(a.Accepts(in_a) && b.Accepts(in_b));
    }
    return known->second;
  };
  if (a.empty() || b.empty()) return PatternDfa();
  visit(0, 0);
  for (size_t i = 0; i < order.size(); ++i) {
    if (order.size() > kStatesMax || order.size() * both.kinds_ > kCellsMax) return std::nullopt;
    const auto [in_a, in_b] = order[i];
    for (const auto& [kind_a, kind_b] : kind_pairs) both.next_.push_back(visit(a.At(in_a, kind_a), b.At(in_b, kind_b)));
  }
  both.IndexAscii();
  both.Trim();
  return both;
}

std::optional<PatternDfa> PatternDfa::Compile(std::string_view expression) {
  const auto tree = ParseRegex(expression);
  if (!tree) return std::nullopt;
  const auto nfa = RegexNfa::Of(*tree);
  if (!nfa) return std::nullopt;
  return PatternBuilder(*nfa).Run();
}

std::optional<PatternDfa> PatternDfa::Both(const PatternDfa& a, const PatternDfa& b) {
  return PatternBuilder::Product(a, b);
}

size_t PatternDfa::RunOf(uint32_t code_point) const {
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), code_point,
                                       [](uint32_t point, const Run& run) { return point < run.first; });
  return static_cast<size_t>(behind - runs_.begin()) - 1;
}

void PatternDfa::IndexAscii() {
  ascii_.clear();
  for (uint32_t point = 0; point < 0x80; ++point) ascii_.push_back(runs_[RunOf(point)].kind);
}

void PatternDfa::Trim() {
  std::vector<bool> live = accepts_;
  for (bool changed = true; changed;) {
    changed = false;
    // Most edges lead forward, so that going backward settles most states in one round.
    for (size_t state = live.size(); state-- > 0;) {
      for (uint32_t kind = 0; kind < kinds_ && !live[state]; ++kind) {
        const uint32_t next = At(static_cast<uint32_t>(state), kind);
        live[state] = next != kDead && live[next];
        changed |= live[state];
      }
    }
  }
  if (live.empty() || !live[0]) {
    *this = PatternDfa();
    return;
  }
  std::vector<uint32_t> renamed(live.size(), kDead);
  uint32_t count = 0;
  for (size_t state = 0; state < live.size(); ++state) {
    if (live[state]) renamed[state] = count++;
  }
  std::vector<uint32_t> next;
  std::vector<bool> accepts;
  for (size_t state = 0; state < live.size(); ++state) {
    if (!live[state]) continue;
    accepts.push_back(accepts_[state]);
    for (uint32_t kind = 0; kind < kinds_; ++kind) {
      const uint32_t to = At(static_cast<uint32_t>(state), kind);
      next.push_back(to == kDead ? kDead : renamed[to]);
    }
  }
  next_ = std::move(next);
  accepts_ = std::move(accepts);
}

}  // namespace yk::constrain
