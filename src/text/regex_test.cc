// SPDX-License-Identifier: Apache-2.0
#include "text/regex.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

TEST(RegexTest, MatchesAnywhereAndNamesWhatIsWrong) {
  const auto regex = Regex::Compile("^令和[0-9]+年");
  ASSERT_TRUE(regex);
  EXPECT_TRUE(regex->Matches("令和2年国調"));
  EXPECT_FALSE(regex->Matches("平成27年国調"));
  const auto bad = Regex::Compile("a(");
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().ToString(), ::testing::HasSubstr("'a(' is not valid: missing )"));
}

TEST(RegexTest, FindsOneMatchAfterTheOther) {
  const auto regex = Regex::Compile("[0-9]+");
  ASSERT_TRUE(regex);
  const std::string_view text = "注文 12 と 345";
  const auto first = regex->Find(text);
  ASSERT_TRUE(first);
  EXPECT_EQ(text.substr(first->begin, first->size()), "12");
  const auto second = regex->Find(text, first->end);
  ASSERT_TRUE(second);
  EXPECT_EQ(text.substr(second->begin, second->size()), "345");
  EXPECT_FALSE(regex->Find(text, second->end));
  EXPECT_FALSE(regex->Find(text, text.size() + 1));
}

TEST(RegexTest, EveryMatchIsReplacedAndGroupsStay) {
  const auto regex = Regex::Compile("(key=)[0-9]+");
  ASSERT_TRUE(regex);
  std::string text = "key=12, key=7, lock=3";
  EXPECT_EQ(regex->ReplaceAll(&text, "\\1*"), 2);
  EXPECT_EQ(text, "key=*, key=*, lock=3");
}

}  // namespace
}  // namespace yk::text
