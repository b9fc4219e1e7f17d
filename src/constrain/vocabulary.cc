// SPDX-License-Identifier: Apache-2.0
#include "constrain/vocabulary.h"

#include <algorithm>

namespace yk::constrain {
namespace {

/// Longer ones are of no use in an answer, and a depth has to fit its field.
constexpr size_t kTokenBytesMax = 4096;

}  // namespace

std::shared_ptr<const Vocabulary> Vocabulary::Make(std::vector<std::string> bytes) {
  std::shared_ptr<Vocabulary> vocabulary(new Vocabulary());
  vocabulary->bytes_ = std::move(bytes);
  vocabulary->BuildTrie();
  return vocabulary;
}

std::string_view Vocabulary::Bytes(Token token) const {
  return token >= 0 && token < size() ? std::string_view(bytes_[static_cast<size_t>(token)]) : std::string_view();
}

void Vocabulary::BuildTrie() {
  for (size_t token = 0; token < bytes_.size(); ++token) {
    if (bytes_[token].size() > kTokenBytesMax) bytes_[token].clear();
    if (!bytes_[token].empty()) tokens_.push_back(static_cast<Token>(token));
    longest_ = std::max(longest_, bytes_[token].size());
  }
  const auto text = [this](Token token) { return std::string_view(bytes_[static_cast<size_t>(token)]); };
  std::sort(tokens_.begin(), tokens_.end(), [&](Token a, Token b) {
    const int order = text(a).compare(text(b));
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<uint32_t> open;  // the nodes on the way to the last token
  const auto close = [&](size_t depth) {
    for (; open.size() > depth; open.pop_back()) trie_[open.back()].end = static_cast<uint32_t>(trie_.size());
  };
  std::string_view last;
  for (uint32_t i = 0; i < tokens_.size(); ++i) {
    const std::string_view bytes = text(tokens_[i]);
    const auto differs = std::mismatch(last.begin(), last.end(), bytes.begin(), bytes.end()).second;
    close(static_cast<size_t>(differs - bytes.begin()));
    while (open.size() < bytes.size()) {
      const auto byte = static_cast<uint8_t>(bytes[open.size()]);
      open.push_back(static_cast<uint32_t>(trie_.size()));
      trie_.push_back({byte, static_cast<uint16_t>(open.size()), 0, i});
    }
    last = bytes;
  }
  close(0);
  trie_.push_back({0, 0, 0, static_cast<uint32_t>(tokens_.size())});
}

}  // namespace yk::constrain
