// SPDX-License-Identifier: Apache-2.0
#include "constrain/vocabulary.h"

#include <algorithm>

#include "text/utf8.h"

namespace yk::constrain {
namespace {

/// Longer ones are of no use in an answer, and a depth has to fit its field.
constexpr size_t kTokenBytesMax = 4096;

/// For each place in a token, whether the rest from there is made of whole characters that need no escape.
std::vector<bool> PlainFrom(std::string_view bytes) {
  std::vector<bool> plain(bytes.size() + 1, true);
  for (size_t at = bytes.size(); at-- > 0;) {
    const auto byte = static_cast<uint8_t>(bytes[at]);
    size_t next = at + 1;
    bool good = byte >= 0x20 && byte != '"' && byte != '\\';
    if (byte >= 0x80) {
      next = at;
      good = text::NextCodePoint(bytes, &next) != text::kReplacement;
    }
    plain[at] = good && plain[next];
  }
  return plain;
}

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
      trie_.push_back({byte, static_cast<uint16_t>(open.size()), 0, 0, i});
    }
    const std::vector<bool> plain = PlainFrom(bytes);
    for (size_t at = 0; at < bytes.size(); ++at) {
      Node& node = trie_[open[at]];
      const auto below = static_cast<uint16_t>(bytes.size() - at - 1);
      node.plain = plain[at + 1] ? std::max(node.plain, below) : kNotPlain;
    }
    last = bytes;
  }
  close(0);
  trie_.push_back({0, 0, 0, 0, static_cast<uint32_t>(tokens_.size())});
}

}  // namespace yk::constrain
