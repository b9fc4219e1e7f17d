// SPDX-License-Identifier: Apache-2.0
#include "logs/byte_masks.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "logs/bytes.h"

namespace yk::logs {
namespace {

/// As many of the bytes that rules look at as of all the others.
std::string RandomText(std::mt19937* random, size_t size) {
  constexpr std::string_view kTelling = "tTfF 0123456789/\\\n,true=false\xEF\xBC\x91";
  std::string text(size, ' ');
  for (char& c : text) {
    c = (*random)() % 2 == 0 ? static_cast<char>((*random)() % 256) : kTelling[(*random)() % kTelling.size()];
  }
  return text;
}

TEST(ByteMasks, EveryKernelGivesTheSameAsOneByteAfterTheOther) {
  const std::vector<NamedMaskKernel> kernels = MaskKernels();
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    const std::string text = RandomText(&random, random() % 300);
    ByteMasks slow;
    slow.Build(text, kernels[0].run);
    for (const NamedMaskKernel& kernel : kernels) {
      ByteMasks fast;
      fast.Build(RandomText(&random, 500), kernel.run);  // what was there before leaves no trace
      fast.Build(text, kernel.run);
      ASSERT_EQ(fast, slow) << kernel.name;
    }
  }
}

TEST(ByteMasks, EveryByteHasTheClassThatTheTableGivesIt) {
  for (const NamedMaskKernel& kernel : MaskKernels()) {
    for (int c = 0; c < 256; ++c) {
      const std::string block(64, static_cast<char>(c));
      const uint8_t k = ClassOf(block[0]);
      MaskWord word;
      kernel.run(block.data(), 1, &word);
      EXPECT_EQ(word.breaks, (k & (kBreak | kHigh)) != 0 ? ~uint64_t{0} : 0) << kernel.name << " " << c;
      EXPECT_EQ(word.hot, (k & (kDigit | kSlash)) != 0 || c == 0xEF ? ~uint64_t{0} : 0) << kernel.name << " " << c;
      EXPECT_EQ(word.ends, c == '\n' ? ~uint64_t{0} : 0) << kernel.name << " " << c;
    }
  }
}

TEST(ByteMasks, BordersAreFoundFromEveryPlace) {
  std::mt19937 random(12);
  for (int round = 0; round < 500; ++round) {
    const std::string text = RandomText(&random, random() % 300);
    ByteMasks masks;
    masks.Build(text);
    const auto is_break = [&](size_t i) { return (ClassOf(text[i]) & (kBreak | kHigh)) != 0; };
    for (size_t i = 0; i <= text.size(); ++i) {
      const char* const from = text.data() + i;
      size_t expected = i;
      while (expected < text.size() && !is_break(expected)) ++expected;
      ASSERT_EQ(masks.NextBreak(from) - text.data(), expected);
      size_t begin = i;
      while (begin > 0 && !is_break(begin - 1)) --begin;
      ASSERT_EQ(masks.ChunkBegin(from) - text.data(), begin);
      ASSERT_EQ(masks.LineEnd(from) - text.data(), std::min(text.find('\n', i), text.size()));
    }
  }
}

TEST(ByteMasks, WordsWithoutAnythingVariableAreSkipped) {
  ByteMasks masks;
  const std::string text = "nothing to see here, but 12 and then true\nand 3";
  masks.Build(text);
  const auto next = [&](size_t from) { return static_cast<size_t>(masks.NextHot(text.data() + from) - text.data()); };
  EXPECT_EQ(next(0), text.find("12"));
  EXPECT_EQ(next(text.find("12") + 2), text.find("then")) << "as long as true";
  EXPECT_EQ(next(text.find("true") + 1), text.find('\n')) << "no further than the line";
  EXPECT_EQ(next(text.size()), text.size());
}

}  // namespace
}  // namespace yk::logs
