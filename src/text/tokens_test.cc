// SPDX-License-Identifier: Apache-2.0
#include "text/tokens.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> Terms(std::string_view text) {
  std::vector<std::string> out;
  for (const Term& term : Tokenize(text)) out.push_back(term.text);
  return out;
}

TEST(Tokenize, LowersAndStemsLatinWords) {
  EXPECT_THAT(Terms("The PARTIES' agreements, ２０２４"), ElementsAre("the", "party", "agreement", "2024"));
  EXPECT_THAT(Terms("Company's 1,234.5"), ElementsAre("company", "1234.5"));
}

TEST(Tokenize, GivesBigramsOfCjkAndEachHan) {
  EXPECT_THAT(Terms("契約の"), ElementsAre("契", "契約", "約", "約の"));
  EXPECT_THAT(Terms("ﾗｲ ア"), ElementsAre("ライ", "ア"));
}

TEST(Tokenize, ReportsPlacesInTheOriginal) {
  const std::string text = "（ＡＢＣ）契約";
  std::vector<std::string> places;
  for (const Term& term : Tokenize(text)) places.push_back(text.substr(term.range.begin, term.range.size()));
  EXPECT_THAT(places, ElementsAre("ＡＢＣ", "契", "契約", "約"));
}

TEST(Tokenize, ForEachTermSeesTheSame) {
  const std::string text = "Terminated 契約書 の A-1";
  std::vector<std::string> seen;
  ForEachTerm(text, [&](std::string_view term) { seen.emplace_back(term); });
  EXPECT_EQ(seen, Terms(text));
}

TEST(StemEnglish, BringsFormsOfAWordTogether) {
  EXPECT_EQ(StemEnglish("terminated"), StemEnglish("termination"));
  EXPECT_EQ(StemEnglish("terminates"), StemEnglish("terminating"));
  EXPECT_EQ(StemEnglish("policies"), StemEnglish("policy"));
  EXPECT_EQ(StemEnglish("business"), "business");
  EXPECT_EQ(StemEnglish("law"), "law");
}

}  // namespace
}  // namespace yk::text
