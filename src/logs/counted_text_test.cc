// SPDX-License-Identifier: Apache-2.0
#include "logs/counted_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <string>

#include "logs/bytes.h"
#include "logs/chunk.h"

namespace yk::logs {
namespace {

/// Bytes as chunks have them, more often than others those that rules look at.
std::string RandomChunk(std::mt19937* random, size_t size) {
  constexpr std::string_view kTelling = "0123456789abfxzAFGZ..::--__//\\#@+%$!?&*^~";
  std::string text(size, 'a');
  const bool few = (*random)() % 2 == 0;
  for (char& c : text) c = few ? kTelling[(*random)() % 10 + (*random)() % 8] : kTelling[(*random)() % kTelling.size()];
  return text;
}

size_t SizeFor(std::mt19937* random) {
  const size_t sizes[] = {1 + (*random)() % 18, 1 + (*random)() % 70, 250 + (*random)() % 20, 1 + (*random)() % 400};
  return sizes[(*random)() % 4];
}

void ExpectCounts(const CountedText& counted, std::string_view text) {
  ASSERT_EQ(counted.text(), text);
  const std::string_view judged = text.substr(0, CountedText::kJudgedBytes);
  const auto expect = [&](uint64_t bits, auto is, const char* what) {
    const auto n = static_cast<int>(std::count_if(judged.begin(), judged.end(), is));
    ASSERT_EQ(std::popcount(bits), std::min(n, 64)) << what << " of " << text;
  };
  expect(counted.digits(), IsDigit, "digits");
  expect(counted.letters(), IsLetter, "letters");
  expect(
      counted.dots(), [](char c) { return c == '.'; }, "dots");
  expect(
      counted.colons(), [](char c) { return c == ':'; }, "colons");
  expect(
      counted.dashes(), [](char c) { return c == '-'; }, "dashes");
  expect(
      counted.slashes(), [](char c) { return c == '/' || c == '\\'; }, "slashes");
  expect(
      counted.underscores(), [](char c) { return c == '_'; }, "underscores");
  const auto other = [](char c) {
    return !IsDigit(c) && !IsLetter(c) && std::string_view(".:-/\\_").find(c) == std::string_view::npos;
  };
  expect(counted.others(), other, "others");
  expect(
      counted.underscores_and_others(), [&](char c) { return c == '_' || other(c); }, "odd ones");
  ASSERT_EQ(counted.all_hex(), std::all_of(judged.begin(), judged.end(),
                                           [](char c) { return !IsLetter(c) || (ClassOf(c) & kHexLetter) != 0; }));
  ASSERT_EQ(counted.alnum(),
            std::all_of(judged.begin(), judged.end(), [](char c) { return (ClassOf(c) & kAlnum) != 0; }));
  const auto leading = [&](auto is) {
    return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is) - text.begin());
  };
  ASSERT_EQ(counted.LeadingDigits(), leading(IsDigit));
  ASSERT_EQ(counted.LeadingLetters(), leading(IsLetter));
  size_t slash = 0;
  const size_t first = text.find('/');
  const bool dotted = first != std::string_view::npos && text.find('.', first) != std::string_view::npos;
  ASSERT_EQ(counted.HasDotBehindSlash(&slash), dotted);
  if (dotted) {
    ASSERT_EQ(slash, first);
  }
}

TEST(CountedText, CountsAreTrueHoweverItIsReadAndWhateverItLoses) {
  std::mt19937 random(21);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = RandomChunk(&random, SizeFor(&random));
    const std::string more = text + RandomChunk(&random, random() % 40);
    const std::string_view view(more.data(), text.size());
    CountedText fast(view, more.data() + more.size());
    CountedText slow{view};
    std::string_view expected = view;
    for (int cut = 0; cut < 3; ++cut) {
      ExpectCounts(fast, expected);
      ExpectCounts(slow, expected);
      const size_t n = random() % (expected.size() + 1);
      if (random() % 2 == 0) {
        expected.remove_prefix(n);
        fast.RemovePrefix(n);
        slow.RemovePrefix(n);
      } else {
        expected = expected.substr(0, n);
        fast.Truncate(n);
        slow.Truncate(n);
      }
    }
  }
}

TEST(CountedText, AChunkIsJudgedAlikeWhateverStandsBehindIt) {
  std::mt19937 random(22);
  for (int round = 0; round < 20000; ++round) {
    const std::string text = RandomChunk(&random, SizeFor(&random));
    const std::string more = text + RandomChunk(&random, random() % 40);
    constexpr std::string_view kAround("\0 =;", 4);
    ChunkPlace place = {kAround[random() % 4], kAround[random() % 4], text.data() + text.size(),
                        static_cast<int>(random() % 2)};
    ChunkSlot alone, within;
    const bool found = ClassifyChunk(text, place, &alone);
    place.readable_end = more.data() + more.size();
    ASSERT_EQ(ClassifyChunk(std::string_view(more).substr(0, text.size()), place, &within), found) << text;
    if (!found) continue;
    ASSERT_EQ(within.begin, alone.begin) << text;
    ASSERT_EQ(within.end, alone.end) << text;
    ASSERT_EQ(within.kind, alone.kind) << text;
    ASSERT_EQ(within.url, alone.url) << text;
  }
}

}  // namespace
}  // namespace yk::logs
