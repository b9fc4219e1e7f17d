// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace yk::constrain {

/// A deterministic automaton over bytes: the texts of an enum, the digits of a number. Minimal, and without dead ends:
/// every state leads to an accepting one. Begins in state 0.
class ByteDfa {
 public:
  static constexpr uint32_t kDead = UINT32_MAX;

  /// kDead when no text goes on with this byte.
  uint32_t Next(uint32_t state, uint8_t byte) const;
  bool Accepts(uint32_t state) const { return states_[state].accepts; }
  /// Nothing may follow.
  bool Ends(uint32_t state) const { return states_[state].edges == states_[state + 1].edges; }
  /// Accepts nothing at all.
  bool empty() const { return states_.empty(); }
  size_t size() const { return states_.empty() ? 0 : states_.size() - 1; }
  /// Bytes of its longest text; unset when there is no longest.
  std::optional<uint64_t> LongestText() const;

 private:
  friend class ByteDfaBuilder;
  struct Node {
    uint32_t edges = 0;  ///< where its edges begin; they end where those of the next state begin
    bool accepts = false;
  };
  struct Edge {
    uint8_t low, high;
    uint32_t to;
  };
  std::vector<Node> states_;  ///< and one more, which ends the edges of the last
  std::vector<Edge> edges_;   ///< of each state in the order of their bytes
};

/// Makes a ByteDfa out of states and edges in any order; the first state added is where it begins. There must be no way
/// from a state back to itself: texts are of bounded length.
class ByteDfaBuilder {
 public:
  uint32_t Add(bool accepts);
  void Accept(uint32_t state) { nodes_[state].accepts = true; }
  /// Of one state, edges must not overlap.
  void Connect(uint32_t from, uint8_t low, uint8_t high, uint32_t to);
  /// Adds one text, sharing the beginnings it has in common with texts added before. For tries only.
  void AddText(const std::string& text);
  size_t size() const { return nodes_.size(); }

  /// Drops what leads nowhere and makes one of states that accept the same texts.
  ByteDfa Build() &&;

 private:
  struct Node {
    bool accepts = false;
    std::vector<ByteDfa::Edge> edges;
  };
  std::vector<uint32_t> InnermostFirst() const;

  std::vector<Node> nodes_;
};

}  // namespace yk::constrain
