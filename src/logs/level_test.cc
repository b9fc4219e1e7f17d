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

TEST(Level, AFieldMayHoldBracketsWordsOrNumbers) {
  EXPECT_EQ(LevelOn(LevelScale::kWords, "<ERROR>"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kWords, "【警告】"), Level::kWarn);
  EXPECT_EQ(LevelOn(LevelScale::kWords, "Fatal error"), Level::kFatal);
  EXPECT_EQ(LevelOn(LevelScale::kWords, "Parse error"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kWords, "shop@db ERROR"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kWords, "some words"), Level::kNone);
  EXPECT_EQ(LevelOn(LevelScale::kLetters, "E"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kPriority, "11"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kPriority, "134"), Level::kInfo);
  EXPECT_EQ(LevelOn(LevelScale::kSeverity, "3"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kTens, "50"), Level::kError);
  EXPECT_EQ(LevelOn(LevelScale::kTens, "99"), Level::kNone);
}

TEST(Level, TheScaleOfNumbersIsFoundByTheirValues) {
  EXPECT_EQ(ScaleOf({"30", "30", "50"}, false), LevelScale::kTens);
  EXPECT_EQ(ScaleOf({"6", "6", "6", "3"}, false), LevelScale::kSeverity);
  EXPECT_EQ(ScaleOf({"2", "2", "4"}, false), LevelScale::kWords) << "others count the other way round";
  EXPECT_EQ(ScaleOf({"14", "11"}, true), LevelScale::kPriority);
  EXPECT_EQ(ScaleOf({"I", "E"}, false), LevelScale::kLetters);
  EXPECT_EQ(ScaleOf({"INFO", "ERROR"}, false), LevelScale::kWords);
  EXPECT_EQ(ScaleOf({}, false), LevelScale::kWords);
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
