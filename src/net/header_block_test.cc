// SPDX-License-Identifier: Apache-2.0
#include "net/header_block.h"

#include <gtest/gtest.h>

namespace yk::net {
namespace {

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRetry-After:  7 \r\nX-Empty:\r\nX-Last: end\r\n\r\n";

TEST(FindHeader, IgnoresLetterCaseAndSurroundingBlanks) {
  EXPECT_EQ(FindHeader(kHead, "content-type"), "application/json");
  EXPECT_EQ(FindHeader(kHead, "RETRY-AFTER"), "7");
  EXPECT_EQ(FindHeader(kHead, "x-empty"), "");
  EXPECT_EQ(FindHeader(kHead, "x-last"), "end");
}

TEST(FindHeader, DoesNotTakeAPrefixOrTheStatusLineForAField) {
  EXPECT_EQ(FindHeader(kHead, "Content"), std::nullopt);
  EXPECT_EQ(FindHeader("Retry-After: 3\r\n\r\n", "Retry-After"), std::nullopt);
  EXPECT_EQ(FindHeader("", "a"), std::nullopt);
}

}  // namespace
}  // namespace yk::net
