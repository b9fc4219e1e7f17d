// SPDX-License-Identifier: Apache-2.0
#include "constrain/key_trie.h"

#include <algorithm>
#include <map>

namespace yk::constrain {

KeyTrie::KeyTrie(const std::vector<std::string>& keys) {
  struct Draft {
    std::map<uint8_t, uint32_t> next;
    std::vector<uint32_t> keys;
  };
  std::vector<Draft> drafts(1);
  for (uint32_t key = 0; key < keys.size(); ++key) {
    uint32_t at = 0;
    drafts[0].keys.push_back(key);
    for (const char c : keys[key]) {
      const auto [edge, is_new] = drafts[at].next.emplace(static_cast<uint8_t>(c), drafts.size());
      at = edge->second;
      if (is_new) drafts.emplace_back();
      drafts[at].keys.push_back(key);
    }
  }
  for (const auto& draft : drafts) {
    nodes_.push_back({static_cast<uint32_t>(edges_.size()), static_cast<uint32_t>(keys_.size())});
    for (const auto& [byte, to] : draft.next) edges_.push_back({byte, to});
    keys_.insert(keys_.end(), draft.keys.begin(), draft.keys.end());
  }
  nodes_.push_back({static_cast<uint32_t>(edges_.size()), static_cast<uint32_t>(keys_.size())});
}

uint32_t KeyTrie::Next(uint32_t node, uint8_t byte) const {
  const auto begin = edges_.begin() + nodes_[node].first_edge;
  const auto end = edges_.begin() + nodes_[node + 1].first_edge;
  const auto edge = std::lower_bound(begin, end, byte, [](const Edge& e, uint8_t b) { return e.byte < b; });
  return edge != end && edge->byte == byte ? edge->to : kNone;
}

std::span<const uint32_t> KeyTrie::Keys(uint32_t node) const {
  return std::span(keys_).subspan(nodes_[node].first_key, nodes_[node + 1].first_key - nodes_[node].first_key);
}

}  // namespace yk::constrain
