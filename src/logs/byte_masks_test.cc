// SPDX-License-Identifier: Apache-2.0
#include "logs/byte_masks.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "logs/bytes.h"

namespace yk::logs {
namespace {

TEST(ByteMasks, ManyAtATimeGiveTheSameAsOneByOne) {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 300, ' ');
    for (char& c : text) c = static_cast<char>(random() % 256);
    ByteMasks fast, slow;
    fast.Build(text);
    slow.BuildSlowly(text);
    ASSERT_EQ(fast, slow);
    for (size_t i = 0; i < text.size(); ++i) {
      size_t expected = i;
      while (expected < text.size() && (ClassOf(text[expected]) & (kBreak | kHigh)) == 0) ++expected;
      ASSERT_EQ(fast.NextBreak(i), expected);
      size_t begin = i;
      while (begin > 0 && (ClassOf(text[begin - 1]) & (kBreak | kHigh)) == 0) --begin;
      ASSERT_EQ(fast.ChunkBegin(i), begin);
    }
  }
}

TEST(ByteMasks, WordsWithoutAnythingVariableAreSkipped) {
  ByteMasks masks;
  const std::string text = "nothing to see here, but 12 and then true";
  masks.Build(text);
  EXPECT_EQ(masks.NextHot(0), text.find("12"));
  EXPECT_EQ(masks.NextHot(text.find("12") + 2), text.find("then")) << "as long as true";
  EXPECT_EQ(masks.NextHot(text.find("true") + 1), text.size());
}

}  // namespace
}  // namespace yk::logs
