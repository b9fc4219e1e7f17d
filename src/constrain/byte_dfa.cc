// SPDX-License-Identifier: Apache-2.0
#include "constrain/byte_dfa.h"

#include <algorithm>
#include <map>
#include <utility>

namespace yk::constrain {

uint32_t ByteDfa::Next(uint32_t state, uint8_t byte) const {
  const auto begin = edges_.begin() + states_[state].edges;
  const auto end = edges_.begin() + states_[state + 1].edges;
  const auto edge = std::partition_point(begin, end, [byte](const Edge& e) { return e.high < byte; });
  return edge != end && edge->low <= byte ? edge->to : kDead;
}

std::optional<uint64_t> ByteDfa::LongestText() const {
  if (empty()) return 0;
  // Depth first, without recursion: patterns may be long. A state met again below itself is a loop, and since every
  // state leads to an accepting one, a loop has texts of any length.
  enum class Mark : uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(size(), Mark::kNew);
  std::vector<uint64_t> longest(size(), 0);
  std::vector<std::pair<uint32_t, uint32_t>> open{{0, states_[0].edges}};
  marks[0] = Mark::kOpen;
  while (!open.empty()) {
    auto& [state, edge] = open.back();
    if (edge == states_[state + 1].edges) {
      marks[state] = Mark::kDone;
      open.pop_back();
      continue;
    }
    const uint32_t to = edges_[edge].to;
    if (marks[to] == Mark::kOpen) return std::nullopt;
    if (marks[to] == Mark::kDone) {
      longest[state] = std::max(longest[state], longest[to] + 1);
      ++edge;
      continue;
    }
    marks[to] = Mark::kOpen;
    open.emplace_back(to, states_[to].edges);
  }
  return longest[0];
}

uint32_t ByteDfaBuilder::Add(bool accepts) {
  nodes_.push_back({accepts, {}});
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void ByteDfaBuilder::Connect(uint32_t from, uint8_t low, uint8_t high, uint32_t to) {
  nodes_[from].edges.push_back({low, high, to});
}

void ByteDfaBuilder::AddText(const std::string& text) {
  if (nodes_.empty()) Add(false);
  uint32_t at = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const auto& edges = nodes_[at].edges;
    const auto known = std::find_if(edges.begin(), edges.end(), [byte](const auto& e) { return e.low == byte; });
    if (known != edges.end()) {
      at = known->to;
      continue;
    }
    const uint32_t next = Add(false);
    Connect(at, byte, byte, next);
    at = next;
  }
  Accept(at);
}

std::vector<bool> ByteDfaBuilder::Live() const {
  std::vector<std::vector<uint32_t>> before(nodes_.size());
  std::vector<uint32_t> open;
  std::vector<bool> live(nodes_.size());
  for (uint32_t state = 0; state < nodes_.size(); ++state) {
    for (const auto& edge : nodes_[state].edges) before[edge.to].push_back(state);
    if (!nodes_[state].accepts) continue;
    live[state] = true;
    open.push_back(state);
  }
  while (!open.empty()) {
    const uint32_t state = open.back();
    open.pop_back();
    for (const uint32_t from : before[state]) {
      if (live[from]) continue;
      live[from] = true;
      open.push_back(from);
    }
  }
  return live;
}

void ByteDfaBuilder::DropDead() {
  const std::vector<bool> live = Live();
  if (nodes_.empty() || !live[0]) return nodes_.clear();
  for (auto& node : nodes_) {
    std::erase_if(node.edges, [&](const ByteDfa::Edge& edge) { return !live[edge.to]; });
    std::sort(node.edges.begin(), node.edges.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
  }
}

/// States of one class accept the same texts.
std::vector<uint32_t> ByteDfaBuilder::Classes() const {
  std::vector<uint32_t> classes(nodes_.size());
  for (size_t i = 0; i < nodes_.size(); ++i) classes[i] = nodes_[i].accepts ? 1 : 0;
  for (size_t count = 0;;) {
    std::map<std::vector<uint32_t>, uint32_t> known;
    std::vector<uint32_t> refined(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) {
      std::vector<uint32_t> signature{classes[i]};
      for (const auto& edge : nodes_[i].edges) {
        const uint32_t to = classes[edge.to];
        // Neighbouring edges to one class count as one edge.
        const bool goes_on =
            signature.size() > 1 && signature.back() == to && (signature[signature.size() - 2] & 0xFF) + 1U == edge.low;
        if (goes_on) {
          signature[signature.size() - 2] = (signature[signature.size() - 2] & 0xFF00) | edge.high;
        } else {
          signature.insert(signature.end(), {static_cast<uint32_t>(edge.low << 8 | edge.high), to});
        }
      }
      refined[i] = known.emplace(std::move(signature), static_cast<uint32_t>(known.size())).first->second;
    }
    classes = std::move(refined);
    if (known.size() == count) return classes;
    count = known.size();
  }
}

ByteDfa ByteDfaBuilder::Build() && {
  ByteDfa dfa;
  DropDead();
  if (nodes_.empty()) return dfa;
  const std::vector<uint32_t> classes = Classes();
  std::map<uint32_t, uint32_t> numbers{{classes[0], 0}};  // class -> state of the result
  std::vector<uint32_t> order{0};                         // one node of each class, as they are found from the start
  for (size_t i = 0; i < order.size(); ++i) {
    dfa.states_.push_back({static_cast<uint32_t>(dfa.edges_.size()), nodes_[order[i]].accepts});
    for (const auto& edge : nodes_[order[i]].edges) {
      const auto [known, is_new] = numbers.emplace(classes[edge.to], static_cast<uint32_t>(order.size()));
      if (is_new) order.push_back(edge.to);
      auto* last = dfa.edges_.size() > dfa.states_.back().edges ? &dfa.edges_.back() : nullptr;
      if (last && last->to == known->second && last->high + 1 == edge.low) {
        last->high = edge.high;
      } else {
        dfa.edges_.push_back({edge.low, edge.high, known->second});
      }
    }
  }
  dfa.states_.push_back({static_cast<uint32_t>(dfa.edges_.size()), false});
  return dfa;
}

}  // namespace yk::constrain
