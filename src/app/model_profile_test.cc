// SPDX-License-Identifier: Apache-2.0
#include "app/model_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/temp_dir.h"

namespace yk::app {
namespace {

ModelProfile Profile(int parallel) {
  ModelProfile profile;
  profile.speed = {parallel, 512, 4.5, 1000, 50};
  profile.shape = {1500, 300, 40};
  return profile;
}

TEST(ModelProfile, IsKeptForEachModel) {
  const testing::TempDir dir;
  EXPECT_FALSE(ReadProfile(dir.path(), "aa"));
  ASSERT_TRUE(WriteProfile(dir.path(), "aa", Profile(8)));
  ASSERT_TRUE(WriteProfile(dir.path(), "bb", Profile(32)));
  ASSERT_TRUE(WriteProfile(dir.path(), "aa", Profile(16)));
  EXPECT_EQ(ReadProfile(dir.path(), "aa")->speed.parallel, 16);
  EXPECT_EQ(ReadProfile(dir.path(), "bb")->speed.parallel, 32);
  EXPECT_EQ(ReadProfile(dir.path(), "bb")->shape.answer, 40);
  EXPECT_FALSE(ReadProfile(dir.path(), "cc"));
}

TEST(ModelProfile, ADamagedListCountsAsNone) {
  const testing::TempDir dir;
  for (const char* content : {"", "{", "[1]", R"({"aa": 3})", R"({"aa": {"parallel": "many", "batch": 1}})"}) {
    dir.Write("profiles.json", content);
    EXPECT_FALSE(ReadProfile(dir.path(), "aa")) << content;
  }
  ASSERT_TRUE(WriteProfile(dir.path(), "aa", Profile(8)));
  EXPECT_TRUE(ReadProfile(dir.path(), "aa"));
}

TEST(ModelProfile, FillsInWhatTheUserLeftOpen) {
  const llama::Options filled = OptionsFor(Profile(16), {});
  EXPECT_EQ(filled.parallel, 16);
  EXPECT_EQ(filled.batch, 512);
  // Room for sixteen rows of the measured 340 tokens, and none for sixteen of many times that.
  EXPECT_GE(filled.own_tokens, 16 * 340);
  EXPECT_LT(filled.own_tokens, 2 * 16 * 340);

  llama::Options set;
  set.parallel = 4;
  const llama::Options kept = OptionsFor(Profile(16), set);
  EXPECT_EQ(kept.parallel, 4);
  EXPECT_EQ(kept.own_tokens, 0);  // the user's number is meant
  EXPECT_EQ(kept.batch, 512);
}

TEST(ModelProfile, ACacheForEachRowIsMeasuredByItself) {
  const testing::TempDir dir;
  ModelProfile with_streams = Profile(4);
  with_streams.speed.streams = true;
  ASSERT_TRUE(WriteProfile(dir.path(), "aa", Profile(16)));
  EXPECT_FALSE(ReadProfile(dir.path(), "aa", true));
  ASSERT_TRUE(WriteProfile(dir.path(), "aa", with_streams));
  EXPECT_EQ(ReadProfile(dir.path(), "aa", true)->speed.parallel, 4);
  EXPECT_EQ(ReadProfile(dir.path(), "aa")->speed.parallel, 16);
}

TEST(ModelProfile, SaysHowLongQuestionsTake) {
  // 2,000 tokens at 1,000 a second, and 10 answers of 40 tokens at 50 a second.
  EXPECT_DOUBLE_EQ(SecondsFor(Profile(8), 10, 2000), 2.0 + 8.0);
}

}  // namespace
}  // namespace yk::app
