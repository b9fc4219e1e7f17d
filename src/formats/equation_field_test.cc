// SPDX-License-Identifier: Apache-2.0
#include "formats/equation_field.h"

#include <gtest/gtest.h>

#include <random>

namespace yk::formats {
namespace {

TEST(EquationFieldTest, OnlyEquationsAreRead) {
  EXPECT_TRUE(IsEquationField(" eq \\o\\ac(○,印)"));
  EXPECT_FALSE(IsEquationField("EQUALS"));
  EXPECT_FALSE(IsEquationField(" PAGE "));
  EXPECT_EQ(EquationFieldText("HYPERLINK \"x\""), "");
}

TEST(EquationFieldTest, EnclosedCharactersKeepBothSigns) {
  EXPECT_EQ(EquationFieldText(" eq \\o\\ac(○,印)"), "○印");
  EXPECT_EQ(EquationFieldText("EQ \\x(秘)"), "秘");
}

TEST(EquationFieldTest, RubyKeepsItsBase) {
  EXPECT_EQ(EquationFieldText(" EQ \\* jc2 \\* \"Font:ＭＳ 明朝\" \\* hps10 \\o\\ad(\\s\\up 9(とうきょう),東京)"),
            "東京");
  EXPECT_EQ(EquationFieldText("EQ \\* jc3 \\o\\al(\\s\\up 10(a;b),東京)"), "東京");
  EXPECT_EQ(EquationFieldText("EQ \\o(\\s\\up 9(a))"), "a") << "nothing else stands there";
}

TEST(EquationFieldTest, MathematicsBecomesALine) {
  EXPECT_EQ(EquationFieldText("EQ \\f(1,2)"), "1/2");
  EXPECT_EQ(EquationFieldText("EQ x\\s\\up 5(2) + \\r(3,x\\,y)"), "x2 + 3√x,y");
  EXPECT_EQ(EquationFieldText("EQ \\b\\bc\\[(a)"), "[a]");
  EXPECT_EQ(EquationFieldText("EQ \\f((a,b);2)"), "(a,b)/2");
  EXPECT_EQ(EquationFieldText("EQ \\l(a,b) \\a\\al\\co2(1,2)"), "a,b 1 2");
}

TEST(EquationFieldTest, BrokenOnesEnd) {
  const std::string good = "EQ \\o\\ad(\\s\\up 9(a),b)\\f(1;2)\\b\\lc\\[(x)";
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string bad = good;
    for (int i = 0; i < 4; ++i) bad[3 + random() % (bad.size() - 3)] = "\\(),;o9 "[random() % 8];
    (void)EquationFieldText(bad);
  }
  std::string deep = "EQ ";
  for (int i = 0; i < 10'000; ++i) deep += "\\o(";
  (void)EquationFieldText(deep);
  (void)EquationFieldText("EQ " + std::string(10'000, '('));
}

}  // namespace
}  // namespace yk::formats
