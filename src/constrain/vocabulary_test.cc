// SPDX-License-Identifier: Apache-2.0
#include "constrain/vocabulary.h"

#include <gtest/gtest.h>

#include <map>

#include "constrain/vocabulary_fixture.h"

namespace yk::constrain {
namespace {

TEST(Vocabulary, FindsEveryTokenAtTheEndOfItsBytes) {
  const auto vocabulary = SmallVocabulary();
  std::map<Token, std::string> found;
  std::string path;
  const auto trie = vocabulary->trie();
  for (size_t i = 0; i + 1 < trie.size(); ++i) {
    path.resize(trie[i].depth - 1U);
    path += static_cast<char>(trie[i].byte);
    for (uint32_t at = trie[i].tokens; at < trie[i + 1].tokens; ++at) found[vocabulary->tokens()[at]] = path;
    EXPECT_GT(trie[i].end, i);
  }
  for (Token token = 0; token < vocabulary->size(); ++token) {
    EXPECT_EQ(found.contains(token) ? found[token] : "", vocabulary->Bytes(token)) << token;
  }
}

TEST(Vocabulary, KeepsTheTokensOfASubtreeTogether) {
  const auto vocabulary = Vocabulary::Make({"b", "abc", "a", "ab", "", "ab", "c"});
  const auto trie = vocabulary->trie();
  ASSERT_EQ(trie[0].byte, 'a');
  const auto below = vocabulary->tokens().subspan(trie[0].tokens, trie[trie[0].end].tokens - trie[0].tokens);
  EXPECT_EQ(std::vector<Token>(below.begin(), below.end()), (std::vector<Token>{2, 3, 5, 1}));
  EXPECT_EQ(vocabulary->longest(), 3U);
}

TEST(Vocabulary, HasNoBytesForWhatIsNoToken) {
  const auto vocabulary = Vocabulary::Make({"a"});
  EXPECT_EQ(vocabulary->Bytes(-1), "");
  EXPECT_EQ(vocabulary->Bytes(1), "");
  EXPECT_EQ(Vocabulary::Make({})->size(), 0);
}

}  // namespace
}  // namespace yk::constrain
