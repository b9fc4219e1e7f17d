// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/answer_maker.h"

#include <gtest/gtest.h>

#include <set>

#include "base/json.h"

namespace yk::testing {
namespace {

constexpr std::string_view kRow = "The kettle K-12 arrived late on 3 May; 蓋が閉まりません but the colour is lovely.";

std::shared_ptr<const AnswerMaker> Compile(std::string_view schema) {
  auto maker = AnswerMaker::Compile(*ParseJson(schema));
  EXPECT_TRUE(maker) << maker.error().ToString();
  return *maker;
}

Json Make(const AnswerMaker& maker, uint64_t seed) {
  std::string out;
  maker.Append(out, kRow, seed);
  auto json = ParseJson(out);
  EXPECT_TRUE(json) << out;
  return *json;
}

TEST(AnswerMaker, KeepsToTypesBoundsAndEnums) {
  const auto maker = Compile(R"({"type":"object","properties":{
    "kind":{"enum":["a","b",3]},"fixed":{"const":{"x":1}},"count":{"type":"integer","minimum":3,"maximum":5},
    "share":{"type":"number","exclusiveMinimum":0,"maximum":1},"cents":{"type":"number","multipleOf":0.25,"minimum":1,"maximum":2},
    "flag":{"type":"boolean"},"when":{"type":"string","format":"date"},"short":{"type":"string","minLength":2,"maxLength":4},
    "tags":{"type":"array","items":{"type":"string"},"minItems":2,"maxItems":4},
    "pair":{"type":"array","prefixItems":[{"type":"integer"},{"type":"null"}]},
    "zip":{"type":"string","pattern":"^[0-9]{2}$"}},
    "required":["kind"]})");
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const Json a = Make(*maker, seed);
    ASSERT_TRUE(a["kind"] == "a" || a["kind"] == "b" || a["kind"] == 3);
    ASSERT_EQ(a["fixed"], Json({{"x", 1}}));
    ASSERT_TRUE(a["count"].is_number_integer());
    ASSERT_GE(a["count"], 3);
    ASSERT_LE(a["count"], 5);
    ASSERT_GT(a["share"], 0);
    ASSERT_LE(a["share"], 1);
    ASSERT_EQ(a["cents"].get<double>() * 4, static_cast<int>(a["cents"].get<double>() * 4));
    ASSERT_TRUE(a["flag"].is_boolean());
    ASSERT_EQ(a["when"].get<std::string>().size(), 10u);
    ASSERT_GE(a["tags"].size(), 2u);
    ASSERT_LE(a["tags"].size(), 4u);
    ASSERT_TRUE(a["pair"][0].is_number_integer() && a["pair"][1].is_null());
    ASSERT_EQ(a["zip"], "12");
  }
}

TEST(AnswerMaker, TakesStringsFromTheText) {
  const auto maker = Compile(R"({"type":"string"})");
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const std::string s = Make(*maker, seed).get<std::string>();
    ASSERT_NE(kRow.find(s), std::string_view::npos) << s;
    seen.insert(s);
  }
  EXPECT_GT(seen.size(), 10u);
}

TEST(AnswerMaker, GivesTheSameAnswerToTheSameTextAndNotToAnother) {
  const auto maker = Compile(R"({"type":"object","properties":{"n":{"type":"integer","maximum":1000000000}}})");
  EXPECT_EQ(Make(*maker, 7), Make(*maker, 7));
  EXPECT_NE(Make(*maker, 7), Make(*maker, 8));
}

TEST(AnswerMaker, EndsOnSchemasThatHoldThemselves) {
  const auto tree = Compile(R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":
    {"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name"]}}})");
  for (uint64_t seed = 0; seed < 50; ++seed) EXPECT_TRUE(Make(*tree, seed).is_object());
  const auto chain = Compile(R"({"type":"object","properties":{"next":{"$ref":"#"}},"required":["next"]})");
  EXPECT_TRUE(Make(*chain, 1).is_object());
}

TEST(AnswerMaker, UsesNullSometimesWhereItMay) {
  const auto maker = Compile(R"({"type":["string","null"]})");
  int nulls = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) nulls += Make(*maker, seed).is_null() ? 1 : 0;
  EXPECT_GT(nulls, 10);
  EXPECT_LT(nulls, 200);
}

TEST(AnswerMaker, RefusesARefThatLeadsNowhere) {
  EXPECT_FALSE(AnswerMaker::Compile(*ParseJson(R"({"$ref":"#/$defs/none"})")));
  EXPECT_FALSE(AnswerMaker::Compile(*ParseJson(R"({"$ref":"https://example.com/x"})")));
  EXPECT_FALSE(AnswerMaker::Compile(*ParseJson(R"([1])")));
}

TEST(PieceOf, NeverCutsACharacter) {
  const std::string text =
      "日本語の文章は空白なしで続くので長い断片が取れますがそれでも文字の途中では切れません。これは二つ目の文です。";
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Dice dice(seed);
    const std::string piece(PieceOf(text, dice, 3));
    EXPECT_TRUE(ParseJson("\"" + piece + "\"")) << piece;
  }
}

}  // namespace
}  // namespace yk::testing
