// SPDX-License-Identifier: Apache-2.0
#include "constrain/longest_answer.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "constrain/grammar.h"

namespace yk::constrain {
namespace {

std::optional<uint64_t> Longest(std::string_view schema) {
  const auto grammar = Grammar::Compile(*ParseJson(schema));
  EXPECT_TRUE(grammar) << grammar.error().ToString();
  return (*grammar)->longest_bytes();
}

TEST(LongestAnswer, IsExactWhereTheTextsAreGiven) {
  EXPECT_EQ(Longest(R"({"enum": ["a", "abc", null]})"), 5U);
  EXPECT_EQ(Longest(R"({"type": "boolean"})"), 5U);
  EXPECT_EQ(Longest(R"({"type": "integer", "minimum": -5, "maximum": 150})"), 3U);
}

TEST(LongestAnswer, IsAnUpperBoundForObjectsAndLists) {
  const std::string answer = R"({"a": "yes", "b": [true, false], "c": "\u0000\u0000"})";
  const auto bound = Longest(R"({"type": "object", "properties": {
      "a": {"enum": ["yes", "no"]}, "b": {"type": "array", "items": {"type": "boolean"}, "maxItems": 2},
      "c": {"type": "string", "maxLength": 2}}, "required": ["a", "b", "c"]})");
  ASSERT_TRUE(bound);
  EXPECT_GE(*bound, answer.size());
  EXPECT_LE(*bound, answer.size() + 40);
}

TEST(LongestAnswer, IsUnsetWhereNothingBoundsIt) {
  EXPECT_FALSE(Longest(R"({"type": "string"})"));
  EXPECT_FALSE(Longest(R"({"type": "array", "items": {"type": "boolean"}})"));
  EXPECT_FALSE(Longest(R"({"type": "string", "pattern": "^a+$"})"));
  EXPECT_FALSE(Longest(R"({"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}}},
                           "$ref": "#/$defs/n"})"));
}

}  // namespace
}  // namespace yk::constrain
