// SPDX-License-Identifier: Apache-2.0
// For tests: a small vocabulary of all bytes and some longer tokens, and its canonical tokenisation.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/vocabulary.h"

namespace yk::constrain {

/// Token b < 256 writes byte b; 256 is an end token without bytes. The others cross structure, cut characters in two or
/// write the same as another one.
inline std::shared_ptr<const Vocabulary> SmallVocabulary() {
  std::vector<std::string> bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.emplace_back(1, static_cast<char>(byte));
  bytes.emplace_back();
  for (const char* token : {"\": ",
                            "\": \"",
                            "\",",
                            "\"},",
                            "\", \"",
                            "{\"",
                            "{\"a",
                            "\"}",
                            "\"]",
                            "}}",
                            "]}",
                            "[[",
                            "[{\"",
                            ", ",
                            " \"",
                            "tr",
                            "true",
                            "false",
                            "null",
                            "nu",
                            "ll}",
                            "12",
                            "00",
                            "-1",
                            "0.",
                            "e1",
                            "1e",
                            "\\u",
                            "\\u00",
                            "\\n",
                            "\\\"",
                            "\\\\",
                            "\xE6",
                            "\xE6\x9D",
                            "東",
                            "東京",
                            "\xB1\xE4\xBA",
                            "é",
                            "\xC3",
                            "\xA9"
                            "a",
                            "😀",
                            "\xF0\x9F",
                            "\x98\x80",
                            "aa",
                            "ab",
                            "abc",
                            "aaaa",
                            "a\"",
                            "a\": ",
                            "b\":",
                            "  ",
                            "2024-",
                            "-01",
                            "\":",
                            "{}",
                            "[]",
                            "[],",
                            "ab",
                            "the",
                            "\",\""}) {
    bytes.emplace_back(token);
  }
  return Vocabulary::Make(std::move(bytes));
}

/// The longest token that the text begins with; of several with the same bytes the first.
inline Token LongestToken(const Vocabulary& vocabulary, std::string_view text) {
  Token best = -1;
  const auto trie = vocabulary.trie();
  size_t depth = 0;
  for (size_t i = 0; i + 1 < trie.size() && trie[i].depth > depth && depth < text.size();) {
    if (trie[i].byte != static_cast<uint8_t>(text[depth])) {
      i = trie[i].end;
      continue;
    }
    if (trie[i].tokens < trie[i + 1].tokens) best = vocabulary.tokens()[trie[i].tokens];
    ++depth;
    ++i;
  }
  return best;
}

/// The longest token at each place: the canonical tokens of a text.
inline std::vector<Token> LongestTokens(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty()) {
    tokens.push_back(LongestToken(vocabulary, text));
    text.remove_prefix(vocabulary.Bytes(tokens.back()).size());
  }
  return tokens;
}

}  // namespace yk::constrain
