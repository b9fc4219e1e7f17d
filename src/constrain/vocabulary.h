// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yk::constrain {

using Token = int32_t;

/// The byte strings of a model's tokens, and a trie over them. Immutable, thread-safe.
class Vocabulary {
 public:
  /// A node of the trie. Nodes stand in depth-first order, so that the nodes below one follow it, up to `end`, and the
  /// tokens of a whole subtree are neighbours.
  struct Node {
    uint8_t byte;
    uint16_t depth;  ///< bytes from the root to this node, its own included
    /// The most bytes that tokens have below this node, when all of these are characters that stand in a JSON text as
    /// they are; else kNotPlain.
    uint16_t plain;
    uint32_t end;     ///< the first node that is not below this one
    uint32_t tokens;  ///< tokens whose bytes end at earlier nodes; those of this node are the next ones, up to the
                      ///< number that the following node gives
  };
  static constexpr uint16_t kNotPlain = UINT16_MAX;

  /// bytes[t]: what token t writes; empty for control, unused and unknown tokens: they can never be part of an answer.
  static std::shared_ptr<const Vocabulary> Make(std::vector<std::string> bytes);

  int32_t size() const { return static_cast<int32_t>(bytes_.size()); }
  /// Empty for a number that is no token.
  std::string_view Bytes(Token token) const;
  /// The most bytes that a token has.
  size_t longest() const { return longest_; }

  /// All nodes but the root, and one more that only ends the tokens of the last.
  std::span<const Node> trie() const { return trie_; }
  /// In the order of the trie.
  std::span<const Token> tokens() const { return tokens_; }

 private:
  Vocabulary() = default;
  void BuildTrie();

  std::vector<std::string> bytes_;
  std::vector<Node> trie_;
  std::vector<Token> tokens_;
  size_t longest_ = 0;
};

}  // namespace yk::constrain
