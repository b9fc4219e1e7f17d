// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace yk {
namespace {

/// What nlohmann's own parser gives, which ParseJson promises to agree with.
std::optional<Json> Strict(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? std::nullopt : std::optional(std::move(value));
}

class AgreesWithTheStrictParser : public testing::TestWithParam<const char*> {};

TEST_P(AgreesWithTheStrictParser, InValueTypeOrderAndRefusal) {
  const std::string text = GetParam();
  const auto expected = Strict(text);
  const auto parsed = ParseJson(text);
  ASSERT_EQ(parsed.has_value(), expected.has_value()) << text;
  if (!expected) return;
  EXPECT_EQ(*parsed, *expected) << text;
  EXPECT_EQ(parsed->type(), expected->type()) << text;
  EXPECT_EQ(DumpJson(*parsed), DumpJson(*expected)) << text;
}

INSTANTIATE_TEST_SUITE_P(Values, AgreesWithTheStrictParser,
                         testing::Values("null", "true", "false", "\"\"", "[]", "{}", " [ 1 , 2 ] ",
                                         "\n{\"a\" : [{}]}\t", "{\"b\":1,\"a\":2,\"b\":{\"c\":3}}", "{\"\":0}",
                                         "\"日本語 \\u65e5\\n\\\"\"", "\"\\ud83d\\ude00\"", "\"a\\u0000b\"",
                                         "[[[[[[1]]]]]]"));
INSTANTIATE_TEST_SUITE_P(Numbers, AgreesWithTheStrictParser,
                         testing::Values("0", "1", "-1", "1.0", "0.1", "1e2", "1E-2", "-0.0", "1e-400", "1e400",
                                         "9223372036854775807", "9223372036854775808", "18446744073709551615",
                                         "18446744073709551616", "-9223372036854775808", "-9223372036854775809",
                                         "3.141592653589793238462643383279", "2.2250738585072011e-308",
                                         "123456789012345678901234567890", "01", "+1", ".5", "1.", "-", "1e", "NaN"));
INSTANTIATE_TEST_SUITE_P(Refused, AgreesWithTheStrictParser,
                         testing::Values("", " ", "[1,]", "{\"a\":1,}", "{a:1}", "[1] x", "[1][2]", "{\"a\"}", "\"a",
                                         "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\t\"", "'a'",
                                         "\"\xff\"", "\"\xed\xa0\x80\"", "\xef\xbb\xbf[1]", "// c\n1", "tru"));

TEST(DumpJson, GivesTheLibrarysBytes) {
  const Json values[] = {
      {},
      true,
      false,
      0,
      -1,
      INT64_MIN,
      UINT64_MAX,
      1.0,
      0.1,
      -0.0,
      1e300,
      1e-7,
      std::nan(""),
      Json::array(),
      Json::object(),
      Json::array({1, "a", {}, Json::array({Json::array()})}),
      {{"b", 1}, {"a", {{"c", Json::array()}}}, {"", nullptr}},
      {{"quo\"te", 1}, {"日本", "語"}, {"\xff", "\n"}},
  };
  for (const Json& value : values) {
    const std::string expected = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    EXPECT_EQ(DumpJson(value), expected);
  }
}

TEST(DumpJson, EscapesEveryByteAsTheLibraryDoesWhereverItStands) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t before : {0, 1, 15, 16, 31, 40}) {
      const Json text = std::string(before, 'x') + static_cast<char>(byte) + "日本";
      EXPECT_EQ(DumpJson(text), text.dump(-1, ' ', false, Json::error_handler_t::replace)) << byte << " at " << before;
    }
  }
  for (const char* text : {"a\xe6\x97", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xc0\x80x", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(DumpJson(text), Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

TEST(ObjectText, WritesWhatAnObjectOfTheSameMembersDumps) {
  ObjectText text;
  EXPECT_TRUE(text.empty());
  AppendJson(1, text.Member("a"));
  AppendJsonText("x\"y", text.Member("b\"c"));
  AppendJson({{"d", nullptr}}, text.Member("e"));
  EXPECT_EQ(std::move(text).Take(), DumpJson({{"a", 1}, {"b\"c", "x\"y"}, {"e", {{"d", nullptr}}}}));
  EXPECT_EQ(ObjectText().Take(), "{}");
}

TEST(PickJson, FindsWhatStandsAtAPointerOrLeavesTheTextToTheParser) {
  static constexpr const char* kPointers[] = {"/a/1/b", "/c", "/d", "/a/7"};
  if (const auto found = PickJson(R"({"a":[0,{"b":"日本"}],"c":{"x":[1.5]}})", kPointers)) {
    EXPECT_THAT(*found, testing::ElementsAre(Json("日本"), Json({{"x", {1.5}}}), Json(), Json()));
  }
  EXPECT_FALSE(PickJson("{", kPointers));
  EXPECT_FALSE(PickJson("", kPointers));
}

TEST(ParseJson, TakesDeepNestingAndRefusesWhatWouldExhaustTheStack) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const auto parsed = ParseJson(nested(1000));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(DumpJson(*parsed), nested(1000));
  for (const size_t depth : {size_t{2000}, size_t{1'000'000}}) {
    const auto refused = ParseJson(nested(depth));
    ASSERT_FALSE(refused) << depth;
    EXPECT_THAT(refused.error().message, testing::HasSubstr("line 1, column 1001: it is nested more than 1000 levels"));
  }
  EXPECT_TRUE(ParseJson("[\"" + std::string(5000, '[') + "\\\"" + std::string(5000, '{') + "\"]"))
      << "not nested at all";
  EXPECT_FALSE(ParseJson(std::string(1'000'000, '['))) << "never closed";
}

TEST(ParseJson, TakesTextsLargerThanItsSharedBuffers) {
  Json rows = Json::array();
  for (int i = 0; i < 20'000; ++i) rows.push_back({{"id", i}, {"text", "row " + std::to_string(i)}});
  const auto parsed = ParseJson(DumpJson(rows));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, rows);
}

TEST(ParseJson, SaysWhereTheMistakeIs) {
  const auto parsed = ParseJson("{\n  \"a\": 1,\n  b\n}");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, testing::HasSubstr("line 3, column 3"));
}

TEST(ParseJson, RefusesANulByteAndWhatStandsBehindIt) {
  const auto parsed = ParseJson(std::string_view("[1]\0[2]", 7));
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, testing::HasSubstr("NUL"));
}

}  // namespace
}  // namespace yk
