// SPDX-License-Identifier: Apache-2.0
#include "incidents/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yk::incidents {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Secrets, TheirValuesAreMaskedAndTheirNamesStay) {
  EXPECT_EQ(MaskSecrets("login user=ito password=hunter2 ok"), "login user=ito password=[masked] ok");
  EXPECT_EQ(MaskSecrets(R"({"api_key":"abc def","n":1})"), R"({"api_key":[masked],"n":1})");
  EXPECT_EQ(MaskSecrets("token: 1234abcd"), "token: [masked]");
  EXPECT_EQ(MaskSecrets("パスワード：ひみつ を変更"), "パスワード：[masked] を変更");
}

TEST(Secrets, CredentialsInHeadersAndAddressesAreMasked) {
  for (const std::string line :
       {"Authorization: Bearer s3cr3t-value", "GET postgres://app:s3cr3t-value@db/x", "sent bearer s3cr3t-value"}) {
    EXPECT_THAT(MaskSecrets(line), Not(HasSubstr("s3cr3t")));
  }
  EXPECT_EQ(MaskSecrets("mail to taro.yamada@example.co.jp failed"), "mail to [masked] failed");
}

TEST(Secrets, SignedTokensAndCloudKeysAreMaskedWithoutAName) {
  EXPECT_EQ(MaskSecrets("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF"), "got [masked]");
  EXPECT_EQ(MaskSecrets("using AKIAABCDEFGHIJKLMNOP now"), "using [masked] now");
}

TEST(Secrets, OrdinaryLinesStayAsTheyAre) {
  for (const std::string line : {"payment 12 retry 3 after gateway timeout", "token refreshed for user u1",
                                 "bad password", "https://example.com/a?b=c", "ファイルの取込を開始します"}) {
    EXPECT_EQ(MaskSecrets(line), line);
  }
}

}  // namespace
}  // namespace yk::incidents
