// SPDX-License-Identifier: Apache-2.0
// Numbers against the validator: a text is taken exactly when its value fits.
#include "constrain/number_dfa.h"

#include <gtest/gtest.h>

#include <random>

#include "constrain/grammar_fixture.h"
#include "text/schema.h"

namespace yk::constrain {
namespace {

/// Texts that the grammar could write for some bounds: few digits, no exponent.
std::string RandomNumber(std::mt19937& random, bool whole) {
  std::string text = random() % 3 == 0 ? "-" : "";
  text += std::to_string(random() % (random() % 2 == 0 ? 12 : 1300));
  if (!whole && random() % 2 == 0) {
    text += '.';
    for (size_t n = 1 + random() % 3; n > 0; --n) text += static_cast<char>('0' + random() % 10);
  }
  return text;
}

TEST(NumberDfa, TakesExactlyTheNumbersThatFit) {
  std::mt19937 random(4);
  const auto bound = [&] { return *ParseJson(RandomNumber(random, random() % 2 == 0)); };
  int taken = 0, refused = 0;
  for (int round = 0; round < 800; ++round) {
    Json schema = {{"type", random() % 2 == 0 ? "integer" : "number"}};
    for (const char* keyword : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}) {
      if (random() % 4 == 0) schema[keyword] = bound();
    }
    static const char* const kSteps[] = {"1", "2", "7", "10", "25", "0.1", "0.25", "0.05", "1.5", "0.01"};
    if (random() % 3 == 0) schema["multipleOf"] = *ParseJson(kSteps[random() % std::size(kSteps)]);
    const auto checker = text::JsonSchema::Compile(schema);
    const auto grammar = Grammar::Compile(schema);
    for (int n = 0; n < 60; ++n) {
      const std::string text = RandomNumber(random, schema["type"] == "integer");
      const bool minus_zero = text.find_first_not_of("-0.") == std::string::npos && text.front() == '-';
      const bool fits = (*checker)->IsValid(*ParseJson(text)) && !minus_zero;
      const bool takes = grammar && Accepts(**grammar, text);
      // Of 4.500, a multiple of 0.5, only 4.5 is offered.
      if (fits && !takes && schema.contains("multipleOf") && text.find('.') != std::string::npos) continue;
      ASSERT_EQ(takes, fits) << DumpJson(schema) << " " << text;
      (fits ? taken : refused) += 1;
    }
  }
  EXPECT_GT(taken, 4000);
  EXPECT_GT(refused, 4000);
}

TEST(NumberDfa, ComparesBoundsByTheirDecimals) {
  const auto of = [](const char* text) { return NumberBound::Of(*ParseJson(text), false); };
  const char* const ascending[] = {"-1e20", "-12.5", "-12",  "-0.01",
                                   "0",     "1e-7",  "0.1",  "0.10000000000000002",
                                   "9",     "10",    "10.5", "18446744073709551615",
                                   "1e300"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(of(ascending[i]).Compare(of(ascending[j])), i < j ? -1 : (i > j ? 1 : 0))
          << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_EQ(of("-0.0").Compare(of("0")), 0);
}

TEST(NumberDfa, KeepsToWhatDoublesCanTellApart) {
  const auto grammar = GrammarOf(R"({"type":"number","exclusiveMinimum":0.1})");
  EXPECT_TRUE(Accepts(*grammar, "0.10000000000001"));
  EXPECT_FALSE(Accepts(*grammar, "0.1000000000000000001"));
}

TEST(NumberDfa, StaysSmall) {
  NumberRange range;
  range.exponent = true;
  const auto plain = NumberDfa(range);
  ASSERT_TRUE(plain);
  EXPECT_LT(plain->size(), 1000U);
  range.exponent = false;
  range.least = NumberBound::Of(*ParseJson("-1234.5678"), false);
  range.most = NumberBound::Of(*ParseJson("98765.4321"), true);
  range.step = 25;
  range.places = 4;
  const auto bounded = NumberDfa(range);
  ASSERT_TRUE(bounded);
  EXPECT_LT(bounded->size(), 5000U);
  range.step = 9973;
  EXPECT_FALSE(NumberDfa(range)) << "remainders of large steps take too many states";
}

}  // namespace
}  // namespace yk::constrain
