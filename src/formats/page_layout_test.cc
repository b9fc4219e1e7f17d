// SPDX-License-Identifier: Apache-2.0
#include "formats/page_layout.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "text/utf8.h"

namespace yk::formats {
namespace {

constexpr double kSize = 10;

/// A line of words, 6 points per letter, from `left` at `top`.
void AddLine(std::vector<Word>& words, const std::string& line, double left, double top) {
  double x = left;
  for (size_t from = 0; from < line.size();) {
    const size_t end = std::min(line.find(' ', from), line.size());
    Word word;
    word.text = text::ToUtf32(line.substr(from, end - from));
    word.left = x;
    word.right = x + 6.0 * static_cast<double>(end - from);
    word.top = top;
    word.bottom = top + kSize;
    word.space_after = end < line.size();
    x = word.right + 4;
    words.push_back(std::move(word));
    from = end + 1;
  }
}

std::string Layout(const std::vector<Word>& words) { return text::ToUtf8(LayOutPage(words).text); }

TEST(PageLayoutTest, LinesOfAParagraphStayTogetherAndAGapPartsThem) {
  std::vector<Word> words;
  AddLine(words, "The first line goes on", 50, 100);
  AddLine(words, "in the second line.", 50, 112);
  AddLine(words, "A new paragraph.", 50, 145);
  EXPECT_EQ(Layout(words), "The first line goes on\nin the second line.\n\nA new paragraph.\n");
}

TEST(PageLayoutTest, AWordBrokenAtTheLinesEndIsMadeWhole) {
  std::vector<Word> words;
  AddLine(words, "This agree-", 50, 100);
  AddLine(words, "ment binds 2024-", 50, 112);
  AddLine(words, "2025 and Smith-", 50, 124);
  AddLine(words, "Jones", 50, 136);
  EXPECT_EQ(Layout(words), "This agreement binds 2024-\n2025 and Smith-\nJones\n");
}

TEST(PageLayoutTest, JapaneseHasNoSpacesBetweenItsWords) {
  std::vector<Word> words(2);
  words[0].text = U"契約";
  words[0].right = 20;
  words[0].bottom = 10;
  words[1].text = U"書";
  words[1].left = 21;
  words[1].right = 31;
  words[1].bottom = 10;
  EXPECT_EQ(Layout(words), "契約書\n");
}

/// Two columns whose lines stand side by side, as drawn line by line across the page.
std::vector<Word> TwoColumns(bool with_headline) {
  std::vector<Word> words;
  if (with_headline) AddLine(words, "A headline that runs across both of the columns of this page", 80, 60);
  for (int i = 0; i < 8; ++i) {
    const double top = 100 + 12 * i;
    AddLine(words, fmt::format("left line {} has some words", i), 50, top);
    AddLine(words, fmt::format("right line {} has some words", i), 320, top + 5);
  }
  return words;
}

TEST(PageLayoutTest, ColumnsAreReadOneAfterTheOther) {
  const std::string text = Layout(TwoColumns(false));
  EXPECT_LT(text.find("left line 7"), text.find("right line 0"));
  EXPECT_NE(text.find("left line 0 has some words\nleft line 1 has some words\n"), std::string::npos) << text;
}

TEST(PageLayoutTest, AHeadlineAcrossTheColumnsIsReadFirstAndWhole) {
  const std::string text = Layout(TwoColumns(true));
  EXPECT_TRUE(text.starts_with("A headline that runs across both of the columns of this page\n")) << text;
  EXPECT_LT(text.find("left line 7"), text.find("right line 0"));
}

TEST(PageLayoutTest, ATableIsReadRowByRow) {
  std::vector<Word> words;
  for (int i = 0; i < 8; ++i) {
    AddLine(words, fmt::format("Item {}", i), 50, 100 + 12 * i);
    AddLine(words, fmt::format("{} USD", 10 * i), 320, 100 + 12 * i);
  }
  const std::string text = Layout(words);
  EXPECT_LT(text.find("0 USD"), text.find("Item 1")) << text;
}

TEST(PageLayoutTest, NoWordIsLostOrDoubledWhateverThePage) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::vector<Word> words;
    unsigned state = seed;
    const auto random = [&state](unsigned below) { return (state = state * 1103515245u + 12345u) / 65536u % below; };
    const size_t count = 1 + random(300);
    for (size_t i = 0; i < count; ++i) {
      Word word;
      word.text = {static_cast<char32_t>(0x4E00 + i)};
      word.left = random(500);
      word.top = random(700);
      word.right = word.left + 1 + random(200);
      word.bottom = word.top + random(20);
      words.push_back(word);
    }
    std::u32string text = LayOutPage(words).text;
    std::erase_if(text, [](char32_t c) { return c == U' ' || c == U'\n'; });
    std::sort(text.begin(), text.end());
    ASSERT_EQ(text.size(), count) << seed;
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(text[i], static_cast<char32_t>(0x4E00 + i)) << seed;
  }
}

TEST(PageLayoutTest, AnEmptyPageIsEmptyText) { EXPECT_EQ(Layout({}), ""); }

TEST(PageLayoutTest, VerticalLinesAreReadFromTheRightTierByTier) {
  std::vector<Word> words;
  // As a library for horizontal writing may give them: by no order at all.
  for (const int line : {2, 0, 3, 1}) {
    for (const int tier : {1, 0}) {
      Word word;
      word.text = std::u32string(14, static_cast<char32_t>(U'一' + tier * 4 + line));
      word.vertical = true;
      word.right = 500 - 18.0 * line;
      word.left = word.right - kSize;
      word.top = 50 + 250.0 * tier;
      word.bottom = word.top + 140;
      words.push_back(std::move(word));
    }
  }
  std::string all = Layout(words);
  std::erase(all, '\n');
  std::string wanted;
  for (int i = 0; i < 8; ++i) wanted += text::ToUtf8(std::u32string(14, static_cast<char32_t>(U'一' + i)));
  EXPECT_EQ(all, wanted);
}

}  // namespace
}  // namespace yk::formats
