// SPDX-License-Identifier: Apache-2.0
#include "base/json_digits.h"

#include <gtest/gtest.h>

namespace yk {
namespace {

TEST(JsonDigitsTest, WholeNumbersBeyondSixtyFourBitsKeepTheirDigits) {
  const auto dumped = [](std::string_view text) {
    const auto value = ParseJsonKeepingDigits(text);
    return value ? DumpJson(*value) : value.error().message;
  };
  EXPECT_EQ(dumped(R"({"a":123456789012345678901234567890,"b":[-9223372036854775809]})"),
            R"({"a":"123456789012345678901234567890","b":["-9223372036854775809"]})");
  EXPECT_EQ(dumped("[18446744073709551615, 18446744073709551616,-9223372036854775808]"),
            R"([18446744073709551615,"18446744073709551616",-9223372036854775808])");
  EXPECT_EQ(dumped(R"({"123456789012345678901234567890":"\\\"123456789012345678901234567890"})"),
            R"({"123456789012345678901234567890":"\\\"123456789012345678901234567890"})");
  EXPECT_EQ(dumped("123456789012345678901234567890"), R"("123456789012345678901234567890")");
  EXPECT_EQ(dumped("[1234567890123456789012.5, 1e25]"), dumped("[1234567890123456789012.5,1e25]"));
  for (const char* wrong : {"{123456789012345678901234567890: 1}", "[00000000000000000000001]",
                            "[123456789012345678901234567890", "[12345678901234567890123-]", "\"\\"}) {
    EXPECT_FALSE(ParseJsonKeepingDigits(wrong)) << wrong;
    EXPECT_EQ(dumped(wrong), ParseJson(wrong).error().message);
  }
}

}  // namespace
}  // namespace yk
