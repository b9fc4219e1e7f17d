// SPDX-License-Identifier: Apache-2.0
#include "logs/level.h"

#include <gtest/gtest.h>

#include "logs/template.h"

namespace yk::logs {
namespace {

TEST(Level, WordsOfManyProgramsAndJapaneseAreKnownInAnyCase) {
  EXPECT_EQ(LevelOf("WARNING"), Level::kWarn);
  EXPECT_EQ(LevelOf("warn"), Level::kWarn);
  EXPECT_EQ(LevelOf("SEVERE"), Level::kError);
  EXPECT_EQ(LevelOf("エラー"), Level::kError);
  EXPECT_EQ(LevelOf("crit"), Level::kFatal);
  EXPECT_EQ(LevelOf("order"), Level::kNone);
  EXPECT_EQ(LevelOf(""), Level::kNone);
}

TEST(Level, OneLetterCountsOnlyWhereTheColumnHoldsLetters) {
  EXPECT_EQ(LevelOf("E"), Level::kNone);
  EXPECT_EQ(LevelOf("E", true), Level::kError);
  EXPECT_EQ(LevelOf("x", true), Level::kNone);
}

TEST(Template, MainLevelIsTheMostFrequentAndOfEqualsTheMoreSerious) {
  Template t;
  EXPECT_EQ(t.main_level(), Level::kNone);
  t.levels[static_cast<size_t>(Level::kInfo)] = 5;
  t.levels[static_cast<size_t>(Level::kError)] = 5;
  EXPECT_EQ(t.main_level(), Level::kError);
}

}  // namespace
}  // namespace yk::logs
