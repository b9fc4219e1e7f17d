// SPDX-License-Identifier: Apache-2.0
#include "text/passages.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "text/utf8.h"

namespace yk::text {
namespace {

std::string Contract(int articles) {
  std::string text;
  for (int i = 1; i <= articles; ++i) {
    text += "ARTICLE " + std::to_string(i) + "\n\n";
    for (int j = 0; j < 6; ++j)
      text += "The seller shall deliver item " + std::to_string(i * 10 + j) + " to the buyer without delay. ";
    text +=
        "\n第" + std::to_string(i) + "条（引渡し）\n甲は乙に対し、目的物を引き渡すものとする。乙はこれを受領する。\n\n";
  }
  return text;
}

void ExpectCovers(std::string_view text, const std::vector<Passage>& passages, size_t tokens_max) {
  size_t at = 0;
  for (const Passage& p : passages) {
    EXPECT_EQ(p.fresh, at) << "fresh ranges leave no gap";
    EXPECT_LE(p.range.begin, p.fresh);
    EXPECT_GT(p.range.end, p.fresh);
    EXPECT_LE(EstimateTokens(text.substr(p.range.begin, p.range.size())), tokens_max);
    EXPECT_TRUE(IsValidUtf8(text.substr(p.range.begin, p.range.size())));
    at = p.range.end;
  }
  EXPECT_EQ(at, text.size());
}

TEST(SplitPassages, CoversTheTextWithinTheBudget) {
  const std::string text = Contract(40);
  for (size_t budget : {1, 7, 50, 300, 100000}) {
    const auto passages =
        SplitPassages(text, {.tokens_max = budget, .overlap_tokens = budget / 5, .pages = {}, .source_id = "s"});
    ExpectCovers(text, passages, budget);
  }
}

TEST(SplitPassages, PrefersHeadingsAndNamesThem) {
  const auto passages =
      SplitPassages(Contract(20), {.tokens_max = 260, .overlap_tokens = 0, .pages = {}, .source_id = "s"});
  ASSERT_GT(passages.size(), 3u);
  for (const Passage& p : passages)
    EXPECT_TRUE(p.heading.starts_with("ARTICLE") || p.heading.starts_with("第")) << p.heading;
  EXPECT_EQ(passages[0].heading, "ARTICLE 1");
}

TEST(SplitPassages, RepeatsWholeSentencesOfThePassageBefore) {
  const std::string text = Contract(5);
  const auto passages = SplitPassages(text, {.tokens_max = 120, .overlap_tokens = 30, .pages = {}, .source_id = "s"});
  size_t repeated = 0;
  for (const Passage& p : passages) repeated += p.range.begin < p.fresh;
  EXPECT_GT(repeated, 0u);
}

TEST(SplitPassages, BreaksAtPagesWhenTold) {
  const std::string text = "One page. More words here.\nTwo page. And the rest.";
  const size_t second = text.find("Two");
  const auto passages = SplitPassages(text, {.tokens_max = 1000,
                                             .overlap_tokens = 100,
                                             .break_at_pages = true,
                                             .pages = {{0, second}, {second, text.size()}},
                                             .source_id = "s"});
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_EQ(passages[1].range.begin, second);
  EXPECT_EQ(passages[1].page, 1u);
}

TEST(SplitPassages, IdsAreUniqueAndSurviveEditsElsewhere) {
  const PassageOptions options{.tokens_max = 200, .overlap_tokens = 20, .pages = {}, .source_id = "s"};
  std::string text = Contract(30);
  std::set<std::string> before;
  for (const Passage& p : SplitPassages(text, options)) EXPECT_TRUE(before.insert(p.id).second);
  text.replace(text.find("deliver item 304"), 7, "convey!");
  size_t kept = 0;
  const auto after = SplitPassages(text, options);
  for (const Passage& p : after) kept += before.count(p.id);
  EXPECT_GE(kept + 2, after.size());
}

TEST(SplitPassages, EqualPiecesGetDifferentIdsAndOtherSourcesToo) {
  const std::string text = "Same words.\n\nSame words.\n\n";
  PassageOptions options{.tokens_max = 4, .overlap_tokens = 0, .pages = {}, .source_id = "s"};
  const auto passages = SplitPassages(text, options);
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_NE(passages[0].id, passages[1].id);
  options.source_id = "t";
  EXPECT_NE(SplitPassages(text, options)[0].id, passages[0].id);
}

TEST(SplitPassages, NeverCutsATableRowThatFits) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "item " + std::to_string(i) + "\tWidth. Height.\t1,200\n";
  for (const Passage& p :
       SplitPassages(text, {.tokens_max = 60, .overlap_tokens = 10, .pages = {}, .source_id = "s"})) {
    EXPECT_TRUE(p.fresh == 0 || text[p.fresh - 1] == '\n');
  }
}

TEST(SplitPassages, TakesHostileTexts) {
  for (const char* unit : {"a", "約", ".", "( ", "\n", "😀"}) {
    std::string text;
    while (text.size() < 400'000) text += unit;
    const auto passages = SplitPassages(text, {.tokens_max = 500, .overlap_tokens = 50, .pages = {}, .source_id = "s"});
    if (*unit != '\n') ExpectCovers(text, passages, 500);
  }
  EXPECT_TRUE(SplitPassages("", {}).empty());
}

TEST(EstimateTokens, CountsBothLanguages) {
  EXPECT_EQ(EstimateTokens("契約書"), 3u);
  EXPECT_EQ(EstimateTokens("The term is 2024."), 6u);
  EXPECT_EQ(EstimateTokens(""), 0u);
}

}  // namespace
}  // namespace yk::text
