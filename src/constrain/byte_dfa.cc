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

/// The states that can be reached, each behind all those that it leads to.
std::vector<uint32_t> ByteDfaBuilder::InnermostFirst() const {
  std::vector<uint32_t> order;
  std::vector<bool> seen(nodes_.size());
  std::vector<std::pair<uint32_t, size_t>> path;  // a state, and how many of its edges have been followed
  if (!nodes_.empty()) path.emplace_back(0, 0);
  while (!path.empty()) {
    auto& [state, followed] = path.back();
    if (followed == nodes_[state].edges.size()) {
      order.push_back(state);
      path.pop_back();
      continue;
    }
    const uint32_t next = nodes_[state].edges[followed++].to;
    if (seen[next]) continue;
    seen[next] = true;
    path.emplace_back(next, 0);
  }
  return order;
}

ByteDfa ByteDfaBuilder::Build() && {
  std::map<std::vector<uint32_t>, uint32_t> known;  // what a state does -> the one state that does it
  std::vector<uint32_t> states(nodes_.size(), ByteDfa::kDead);
  std::vector<Node> merged;
  for (const uint32_t at : InnermostFirst()) {
    Node node{nodes_[at].accepts, {}};
    auto& edges = nodes_[at].edges;
    std::sort(edges.begin(), edges.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
    for (ByteDfa::Edge edge : edges) {
      edge.to = states[edge.to];
      if (edge.to == ByteDfa::kDead) continue;
      if (!node.edges.empty() && node.edges.back().to == edge.to && node.edges.back().high + 1 == edge.low) {
        node.edges.back().high = edge.high;
      } else {
        node.edges.push_back(edge);
      }
    }
    if (!node.accepts && node.edges.empty()) continue;
    std::vector<uint32_t> does{node.accepts};
    for (const auto& edge : node.edges) does.insert(does.end(), {edge.low, edge.high, edge.to});
    const auto [one, is_new] = known.emplace(std::move(does), static_cast<uint32_t>(merged.size()));
    if (is_new) merged.push_back(std::move(node));
    states[at] = one->second;
  }
  ByteDfa dfa;
  if (states.empty() || states[0] == ByteDfa::kDead) return dfa;
  // The beginning was made last and has to come first.
  const auto last = static_cast<uint32_t>(merged.size() - 1);
  for (auto node = merged.rbegin(); node != merged.rend(); ++node) {
    dfa.states_.push_back({static_cast<uint32_t>(dfa.edges_.size()), node->accepts});
    for (const auto& edge : node->edges) dfa.edges_.push_back({edge.low, edge.high, last - edge.to});
  }
  dfa.states_.push_back({static_cast<uint32_t>(dfa.edges_.size()), false});
  return dfa;
}

}  // namespace yk::constrain
