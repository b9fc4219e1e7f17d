// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.h"

#include <gtest/gtest.h>

#include <random>

namespace yk::text {
namespace {

TEST(Utf8, RefusesSurrogatesOverlongFormsAndCutSequences) {
  EXPECT_TRUE(IsValidUtf8("契約 é 😀"));
  EXPECT_EQ(FindInvalidUtf8("ab\xC0\x80"), 2u);
  EXPECT_EQ(FindInvalidUtf8("\xED\xA0\x80"), 0u);
  EXPECT_EQ(FindInvalidUtf8("\xF4\x90\x80\x80"), 0u);
  EXPECT_EQ(FindInvalidUtf8("x\xE5\xA5"), 1u);
}

TEST(Utf8, RepairReplacesEachBadByteAndKeepsTheRest) {
  EXPECT_EQ(RepairUtf8("a\xFF円\xE5"), "a\uFFFD円\uFFFD");
  EXPECT_EQ(CountCodePoints("a\xFF円\xE5"), 4u);
}

TEST(Utf8, GoesThereAndBackForEveryCodePoint) {
  for (char32_t c = 1; c <= 0x10FFFF; c += (c < 0x3000 ? 1 : 97)) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string s;
    AppendUtf8(c, &s);
    size_t pos = 0;
    ASSERT_EQ(NextCodePoint(s, &pos), c);
    ASSERT_EQ(pos, s.size());
    ASSERT_EQ(PreviousCodePoint(s, &pos), c);
    ASSERT_EQ(pos, 0u);
  }
}

TEST(Utf8, TruncationNeverCutsACharacter) {
  EXPECT_EQ(TruncateBytes("契約書", 7), "契約");
  EXPECT_EQ(TruncateBytes("契約書", 2), "");
  EXPECT_EQ(TruncateBytes("abc", 9), "abc");
  EXPECT_EQ(TruncateCodePoints("契約書", 2), "契約");
  EXPECT_EQ(TruncateCodePoints("ab", 5), "ab");
}

TEST(CodePointIndex, AgreesWithCountingFromTheStart) {
  std::mt19937 random(7);
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const char32_t kinds[] = {U'a', U'é', U'約', U'😀', U'\n'};
    AppendUtf8(kinds[random() % 5], &text);
  }
  const CodePointIndex index(text);
  size_t count = 0;
  for (size_t pos = 0; pos < text.size(); ++count) {
    ASSERT_EQ(index.ToCodePoint(pos), count);
    ASSERT_EQ(index.ToByte(count), pos);
    const size_t begin = pos;
    NextCodePoint(text, &pos);
    ASSERT_EQ(index.ToCodePoint(pos - 1), count) << "a byte inside belongs to its character, begun at " << begin;
  }
  EXPECT_EQ(index.size(), count);
  EXPECT_EQ(index.ToByte(count + 5), text.size());
  EXPECT_EQ(index.ToCodePoint(text.size() + 5), count);
}

TEST(CodePointIndex, TakesAnEmptyText) {
  const CodePointIndex index("");
  EXPECT_EQ(index.ToByte(0), 0u);
  EXPECT_EQ(index.ToCodePoint(3), 0u);
}

}  // namespace
}  // namespace yk::text
