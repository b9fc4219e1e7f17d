// SPDX-License-Identifier: Apache-2.0
#include "net/url.h"

#include <gtest/gtest.h>

namespace yk::net {
namespace {

TEST(UrlTest, LocationsAreReadFromWhereTheyStand) {
  const std::string base = "http://hub.example:81/a/b/c?d=e";
  EXPECT_EQ(*ResolveUrl(base, "https://cdn.example/x?sig=1%2F2"), "https://cdn.example/x?sig=1%2F2");
  EXPECT_EQ(*ResolveUrl(base, "/other/place"), "http://hub.example:81/other/place");
  EXPECT_EQ(*ResolveUrl(base, "near"), "http://hub.example:81/a/b/near");
  EXPECT_EQ(*ResolveUrl(base, "//cdn.example/x"), "http://cdn.example/x");
  EXPECT_FALSE(ResolveUrl(base, "file:///etc/passwd"));
  EXPECT_FALSE(ResolveUrl(base, "gopher://x/"));
  EXPECT_FALSE(ResolveUrl("", "/x"));
}

TEST(UrlTest, OriginsDifferByHostPortAndScheme) {
  EXPECT_EQ(*OriginOf("HTTPS://Hub.Example/a"), *OriginOf("https://hub.example:443/b?c"));
  EXPECT_NE(*OriginOf("https://hub.example/"), *OriginOf("http://hub.example/"));
  EXPECT_NE(*OriginOf("http://hub.example/"), *OriginOf("http://hub.example:81/"));
  EXPECT_NE(*OriginOf("http://hub.example/"), *OriginOf("http://cdn.hub.example/"));
  EXPECT_FALSE(OriginOf("hub"));
}

TEST(UrlTest, UserNamesAndPasswordsAreLeftOut) {
  EXPECT_EQ(WithoutUserInfo("http://bob:secret@host:1/v1"), "http://host:1/v1");
  EXPECT_EQ(WithoutUserInfo("https://a@b@host"), "https://host");
  EXPECT_EQ(WithoutUserInfo("http://host/a@b"), "http://host/a@b");
  EXPECT_EQ(WithoutUserInfo("http://host?q=a@b"), "http://host?q=a@b");
  EXPECT_EQ(WithoutUserInfo("no address"), "no address");
  EXPECT_EQ(WithoutUserInfo("http://bob:a/b@host/v1"), "http://host/v1");
  EXPECT_EQ(WithoutUserInfo("http://host:81/a@b"), "http://host:81/a@b");
  EXPECT_EQ(WithoutUserInfo("http://[::1]:81/a@b"), "http://[::1]:81/a@b");
}

TEST(UrlTest, PathsKeepTheirSlashesAndSegmentsDoNot) {
  EXPECT_EQ(EscapePath("q4/my model #1.gguf"), "q4/my%20model%20%231.gguf");
  EXPECT_EQ(EscapeSegment("refs/pr/1"), "refs%2Fpr%2F1");
  EXPECT_EQ(EscapePath("日"), "%E6%97%A5");
}

}  // namespace
}  // namespace yk::net
