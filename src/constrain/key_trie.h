// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace yk::constrain {

/// The keys of an object as an answer writes them ("name": ), by their bytes, or a few values. None of them is the
/// beginning of another.
class KeyTrie {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  KeyTrie() = default;
  explicit KeyTrie(const std::vector<std::string>& keys);

  static uint32_t root() { return 0; }
  uint32_t Next(uint32_t node, uint8_t byte) const;
  /// Indices of the keys that begin like this, ascending.
  std::span<const uint32_t> Keys(uint32_t node) const;
  /// Whether the (only) key is written in full.
  bool IsWhole(uint32_t node) const { return nodes_[node].first_edge == nodes_[node + 1].first_edge; }

 private:
  struct Node {
    uint32_t first_edge = 0, first_key = 0;  ///< those of the next node begin where these end
  };
  struct Edge {
    uint8_t byte;
    uint32_t to;
  };
  std::vector<Node> nodes_;  ///< and one more
  std::vector<Edge> edges_;
  std::vector<uint32_t> keys_;
};

}  // namespace yk::constrain
