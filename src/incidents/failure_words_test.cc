// SPDX-License-Identifier: Apache-2.0
#include "incidents/failure_words.h"

#include <gtest/gtest.h>

namespace yk::incidents {
namespace {

TEST(FailureWords, AreFoundInBothLanguages) {
  EXPECT_EQ(FailureWeight("could not obtain connection within <*> ms"), 1);
  EXPECT_EQ(FailureWeight("java.net.ConnectionTimeoutException: <*>"), 1);
  EXPECT_EQ(FailureWeight("Failed password for <*>"), 1);
  EXPECT_EQ(FailureWeight("ファイル <*> の文字コードを判定できません"), 1);
  EXPECT_EQ(FailureWeight("バッチ処理が異常終了しました"), 1);
}

TEST(FailureWords, AreNotFoundInsideOfOtherWords) {
  EXPECT_EQ(FailureWeight("order <*> committed"), 0);
  EXPECT_EQ(FailureWeight("skills updated for user <*>"), 0);
  EXPECT_EQ(FailureWeight("merry christmas"), 0);
  EXPECT_EQ(FailureWeight("決済が完了しました"), 0);
}

TEST(FailureWords, ThatStandInGoodNewsTooWeighLess) {
  EXPECT_GT(FailureWeight("payment <*> retry <*>"), 0);
  EXPECT_LT(FailureWeight("payment <*> retry <*>"), 1);
}

}  // namespace
}  // namespace yk::incidents
