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

}  // namespace
}  // namespace yk::text
