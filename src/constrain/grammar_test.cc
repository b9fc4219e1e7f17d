// SPDX-License-Identifier: Apache-2.0
// What each keyword lets an answer be.
#include "constrain/grammar.h"

#include <gtest/gtest.h>

#include "constrain/grammar_fixture.h"

namespace yk::constrain {
namespace {

using Texts = std::vector<std::string_view>;

/// Without white space between the parts.
void Expect(std::string_view schema, const Texts& accepted, const Texts& refused) {
  const auto grammar = GrammarOf(schema);
  ASSERT_TRUE(grammar);
  EXPECT_EQ(grammar->unenforced(), std::vector<std::string>()) << schema;
  for (const auto text : accepted) {
    EXPECT_TRUE(Accepts(*grammar, text)) << schema << " should let through " << text << " but stops behind "
                                         << text.substr(0, BytesTaken(*grammar, text));
  }
  for (const auto text : refused) EXPECT_FALSE(Accepts(*grammar, text)) << schema << " should refuse " << text;
}

TEST(Grammar, WritesRequiredPropertiesInTheOrderOfTheSchema) {
  Expect(R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"boolean"}},"required":["b","a"]})",
         {R"({"a":1,"b":true})"}, {R"({"b":true,"a":1})", R"({"a":1})", "{}", R"({"a":1,"b":true,"c":1})", "[]"});
}

TEST(Grammar, LeavesOptionalPropertiesOut) {
  Expect(R"({"type":"object","properties":{"a":{"type":"null"},"ab":{"type":"null"},"c":{"type":"null"}},
             "required":["ab"]})",
         {R"({"ab":null})", R"({"a":null,"ab":null})", R"({"ab":null,"c":null})", R"({"a":null,"ab":null,"c":null})"},
         {"{}", R"({"a":null})", R"({"a":null,"c":null})", R"({"ab":null,"ab":null})", R"({"ab":null,})"});
}

TEST(Grammar, WritesSeparatorsAsModelsDoUnlessToldOtherwise) {
  const auto grammar = GrammarOf(R"({"properties":{"a":{"const":[1,{"b":2,"c":3}]},"d":{"type":"array"}},
                                     "required":["a","d"],"type":"object"})",
                                 {});
  EXPECT_TRUE(Accepts(*grammar, R"({"a": [1, {"b": 2, "c": 3}], "d": [1, {"x": []}]})"));
  EXPECT_FALSE(Accepts(*grammar, R"({"a":[1,{"b":2,"c":3}],"d":[1,{"x":[]}]})"));
  EXPECT_FALSE(Accepts(*grammar, R"({ "a": [1, {"b": 2, "c": 3}], "d": [1, {"x": []}]})"));
}

TEST(Grammar, WritesEnumsAndConstsAsTheyStand) {
  Expect(R"({"enum":["a","ab\n","東京",null,12,1,[1,"x"]]})",
         {R"("a")", R"("ab\n")", R"("東京")", "null", "12", "1", R"([1,"x"])"},
         {R"("b")", R"("ab")", "2", "[1]", "\"ab\n\"", R"("\u6771\u4eac")", "123"});
  Expect(R"({"const":{"b":1,"a":[true]}})", {R"({"b":1,"a":[true]})"}, {R"({"a":[true],"b":1})", "{}"});
  Expect(R"({"enum":["x","yy",3,null],"type":["string","null"],"maxLength":1})", {R"("x")", "null"}, {R"("yy")", "3"});
}

TEST(Grammar, KeepsIntegersWithinTheirBounds) {
  Expect(R"({"type":"integer","minimum":-12,"maximum":105})", {"-12", "-9", "0", "7", "99", "105"},
         {"-13", "106", "1000", "-100", "01", "-0", "1.0", "1e1", "+1", ""});
  Expect(R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":3})", {"1", "2"}, {"0", "3", "-1"});
  Expect(R"({"type":"integer","minimum":1.5,"maximum":4.2})", {"2", "4"}, {"1", "5"});
  Expect(R"({"type":"integer","minimum":-9223372036854775808,"maximum":18446744073709551615})",
         {"999999999999999999", "-999999999999999999"}, {"1000000000000000000"});
}

TEST(Grammar, KeepsNumbersWithinTheirBounds) {
  Expect(R"({"type":"number","minimum":0.25,"exclusiveMaximum":1})", {"0.25", "0.3", "0.999999", "0.250"},
         {"0", "0.2", "0.249", "1", "1.0", "-0.5", "2e-1", "0."});
  Expect(R"({"type":"number","minimum":-1.5,"maximum":-0.5})", {"-1.5", "-1", "-0.5", "-0.75"},
         {"-1.6", "-0.4", "0", "-0", "1"});
  Expect(R"({"type":"number"})", {"0", "-1.5", "1e5", "2.5E-10", "123456789012345678"},
         {"00", ".5", "5.", "1e", "1e400", "-0", "NaN", "1234567890.1234567"});
}

TEST(Grammar, WritesNoExponentWhereThereIsABound) {
  Expect(R"({"type":"number","maximum":18446744073709551615})", {"1", "-1.5", "999999999999999999"}, {"1e9", "1e99"});
}

TEST(Grammar, WritesMultiplesOnly) {
  Expect(R"({"type":"integer","multipleOf":5})", {"0", "5", "-10", "1005"}, {"1", "12", "-3"});
  Expect(R"({"type":"number","multipleOf":0.05})", {"0", "1.5", "2.05", "3"}, {"0.01", "1.123", "2.07"});
  Expect(R"({"type":"number","multipleOf":0.01,"minimum":1})", {"1", "19.99", "2.5"}, {"0.99", "1.001"});
  Expect(R"({"type":"integer","allOf":[{"multipleOf":4},{"multipleOf":6}]})", {"12", "24"}, {"4", "6", "8"});
}

TEST(Grammar, CountsTheCharactersOfStrings) {
  Expect(R"({"type":"string","minLength":2,"maxLength":3})",
         {R"("ab")", R"("東京都")", R"("\n\"\\")", R"("\u00e9\ud83d\ude00")", R"("😀😀")"},
         {R"("a")", R"("abcd")", R"("東京都庁")", R"("\ud83d")", R"("\ude00a")", "\"a\n\"", "\"\x80\x80\"", "\"ab"});
}

TEST(Grammar, KeepsStringsToTheirPattern) {
  Expect(R"({"type":"string","pattern":"^[A-Z]{2}-[0-9]+$"})", {R"("AB-1")", R"("ZZ-007")"},
         {R"("A-1")", R"("AB-")", R"("ab-1")", R"("AB-1 ")", R"("\u0041B-1")"});
  Expect(R"({"type":"string","pattern":"b+|^$"})", {R"("abc")", R"("b")", R"("")", R"("東b😀")"}, {R"("acd")"});
  Expect(R"({"type":"string","pattern":"^\\p{Han}+$","maxLength":2})", {R"("東京")"},
         {R"("東a")", R"("東京都")", R"("")"});
  Expect("{\"type\":\"string\",\"pattern\":\"^[\\\"\\\\\\\\\\n\\u0001/]+$\"}", {R"("\"\\\n\u0001/")"},
         {R"("\/")", R"("\u000a")", R"("a")"});
}

TEST(Grammar, BringsPatternsToAnEndWithinTheirLengths) {
  // Texts of the pattern have 2, 5, 8, ... characters.
  const std::string_view schema = R"({"type":"string","pattern":"^x(abc)*y$","minLength":3,"maxLength":9})";
  Expect(schema, {R"("xabcy")", R"("xabcabcy")"}, {R"("xy")"});
  EXPECT_EQ(BytesTaken(*GrammarOf(schema), R"("xy)"), 2U);
  EXPECT_EQ(BytesTaken(*GrammarOf(schema), R"("xabcabca)"), 8U);
  EXPECT_FALSE(Grammar::Compile(*ParseJson(R"({"type":"string","pattern":"^x(abc)*y$","minLength":3,"maxLength":4})")));
  EXPECT_FALSE(Grammar::Compile(*ParseJson(R"({"type":"string","pattern":"^a$","allOf":[{"pattern":"b"}]})")));
}

TEST(Grammar, KeepsStringsToTheirFormat) {
  Expect(R"({"type":"string","format":"date"})", {R"("2024-02-29")", R"("1999-12-31")"},
         {R"("2023-02-29")", R"("2024-13-01")", R"("2024-04-31")", R"("1900-02-29")", R"("24-01-01")"});
  Expect(R"({"type":"string","format":"date-time"})", {R"("2024-02-29T09:30:00+09:00")", R"("2024-01-01T00:00:00.5Z")"},
         {R"("2024-02-29")", R"("2024-02-29T24:00:00Z")"});
  Expect(R"({"type":"string","format":"email","maxLength":20})", {R"("a.b+c@example.org")"},
         {R"("a@b@c")", R"("a..b@c")", R"("@c")", R"("a@-c")", R"("abcdefghijkl@example.org")"});
  Expect(R"({"type":"string","format":"uuid"})", {R"("123e4567-e89b-12d3-a456-426614174000")"}, {R"("123e4567")"});
  Expect(R"({"type":"string","format":"no-such-format"})", {R"("x")"}, {"1"});
}

TEST(Grammar, RefusesMalformedUtf8AtTheFirstByteThatCannotBe) {
  const auto grammar = GrammarOf(R"({"type":"string"})");
  for (const std::string_view bad :
       {"\xC0", "\xC1", "\xE0\x9F", "\xED\xA0", "\xF0\x8F", "\xF4\x90", "\xF5", "\x80", "\xC3(", "\x1F"}) {
    const std::string text = "\"" + std::string(bad);
    EXPECT_EQ(BytesTaken(*grammar, text), text.size() - 1) << text;
  }
}

TEST(Grammar, CountsTheItemsOfLists) {
  Expect(R"({"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2})", {"[1]", "[1,2]"},
         {"[]", "[1,2,3]", "[1,]", "[\"a\"]"});
  Expect(R"({"type":"array","prefixItems":[{"const":1},{"type":"boolean"}],"items":false})", {"[]", "[1]", "[1,true]"},
         {"[true]", "[1,true,1]"});
  Expect(R"({"type":"array","maxItems":0})", {"[]"}, {"[1]", "["});
}

TEST(Grammar, WritesNoListedValueTwice) {
  Expect(R"({"type":"array","items":{"enum":["a","ab",null,1.5]},"uniqueItems":true,"minItems":1,"maxItems":3})",
         {R"(["a"])", R"(["ab","a"])", R"([null,1.5,"a"])"},
         {"[]", R"(["a","a"])", R"([null,null])", R"(["a","ab",null,1.5])", R"(["a",)"});
  Expect(R"({"type":"array","items":{"type":"boolean"},"uniqueItems":true})", {"[]", "[true,false]"}, {"[true,true]"});
  const auto grammar = GrammarOf(R"({"type":"array","items":{"enum":["abc","abd"]},"uniqueItems":true})");
  EXPECT_EQ(BytesTaken(*grammar, R"(["abc","abc"])"), 10U);
  EXPECT_EQ(BytesTaken(*grammar, R"(["abc","abd",)"), 12U) << "nothing is left for another item";
  EXPECT_FALSE(
      Grammar::Compile(*ParseJson(R"({"type":"array","items":{"enum":[1,2]},"uniqueItems":true,"minItems":3})")));
}

TEST(Grammar, TakesTypesTogether) {
  Expect(R"({"type":["string","null","integer"]})", {R"("a")", "null", "5"}, {"true", "1.5", "[]"});
  Expect(R"({"type":["integer","number"]})", {"1.5", "1"}, {"null"});
  Expect("true", {"null", "true", "1.5", R"("x")", R"([1,{"a":[]}])", "{}"}, {"nul", "[1 ,2]"});
}

TEST(Grammar, FollowsEveryShapeOfAnyOfAtOnce) {
  Expect(
      R"({"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},"required":["kind","n"]},
                      {"type":"object","properties":{"kind":{"const":"ab"},"t":{"type":"string"}},"required":["kind","t"]},
                      {"type":"null"}]})",
      {R"({"kind":"a","n":1})", R"({"kind":"ab","t":"x"})", "null"},
      {R"({"kind":"a","t":"x"})", R"({"kind":"ab","n":1})", R"({"kind":"a"})"});
  Expect(R"({"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},
             "anyOf":[{"required":["a"]},{"required":["b"]}]})",
         {R"({"a":null})", R"({"b":null})", R"({"a":null,"b":null})"}, {"{}"});
}

TEST(Grammar, KeepsManyShapesApart) {
  Json schema = {{"anyOf", Json::array()}};
  for (int kind = 0; kind < 60; ++kind) {
    const std::string name = fmt::format("kind{}", kind);
    schema["anyOf"].push_back({{"type", "object"},
                               {"properties", {{"kind", {{"const", name}}}, {name, {{"type", "null"}}}}},
                               {"required", Json::array({"kind", name})}});
  }
  const auto grammar = GrammarOf(DumpJson(schema));
  EXPECT_TRUE(Accepts(*grammar, R"({"kind":"kind59","kind59":null})"));
  EXPECT_FALSE(Accepts(*grammar, R"({"kind":"kind5","kind59":null})"));
}

TEST(Grammar, MergesAllOfAndReferences) {
  Expect(R"({"$ref":"#/$defs/base","allOf":[{"properties":{"a":{"maximum":5}}},{"required":["b"]}],
             "$defs":{"base":{"type":"object","properties":{"a":{"type":"integer","minimum":3},"b":{"type":"null"}}}}})",
         {R"({"a":4,"b":null})", R"({"b":null})"}, {R"({"a":6,"b":null})", R"({"a":2,"b":null})", R"({"a":4})"});
}

TEST(Grammar, BoundsTheDepthOfRecursiveSchemas) {
  const auto grammar = GrammarOf(R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object",
      "properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/node"}},"required":["v"]}}})",
                                 {.compact = true, .nesting_max = 4});
  EXPECT_TRUE(Accepts(*grammar, R"({"v":1,"next":{"v":2,"next":{"v":3}}})"));
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += R"({"v":1,"next":)";
  const size_t taken = BytesTaken(*grammar, deep);
  EXPECT_LT(taken, deep.size());
  EXPECT_GT(taken, 40U);
}

TEST(Grammar, WritesFreeNamesOnlyWhereNoneIsDeclared) {
  Expect(R"({"type":"object","additionalProperties":{"type":"integer"},"propertyNames":{"maxLength":2},
             "maxProperties":2})",
         {"{}", R"({"a":1})", R"({"a":1,"bc":2})"}, {R"({"abc":1})", R"({"a":"x"})", R"({"a":1,"b":2,"c":3})"});
  Expect(R"({"type":"object","properties":{"a":{"type":"null"}},"additionalProperties":{"type":"integer"}})",
         {"{}", R"({"a":null})"}, {R"({"b":1})"});
  Expect(R"({"type":"object","required":["x"],"additionalProperties":{"type":"integer"}})", {R"({"x":1})"},
         {R"({"x":"a"})", R"({"y":1})", "{}"});
}

TEST(Grammar, CountsProperties) {
  const std::string_view schema = R"({"type":"object","minProperties":2,"maxProperties":2,"required":["c"],"properties":
      {"a":{"const":1},"b":{"const":1},"c":{"const":1},"d":{"const":1}}})";
  Expect(schema, {R"({"a":1,"c":1})", R"({"c":1,"d":1})"},
         {R"({"c":1})", R"({"a":1,"b":1})", R"({"a":1,"c":1,"d":1})", R"({"a":1,"b":1,"c":1})"});
  EXPECT_EQ(BytesTaken(*GrammarOf(schema), R"({"a":1,"d")"), 8U);  // "c" has to come, so "d" may not
}

TEST(Grammar, WritesNoNamesBeyondTheDeclaredOnesEvenIfMoreAreWanted) {
  const auto grammar =
      GrammarOf(R"({"type":"object","minProperties":3,"properties":{"a":{"const":1},"b":{"const":1}}})");
  EXPECT_EQ(grammar->unenforced(), std::vector<std::string>{"/: minProperties"});
  EXPECT_TRUE(Accepts(*grammar, R"({"a":1,"b":1})"));
  EXPECT_FALSE(Accepts(*grammar, R"({"a":1})"));
  EXPECT_FALSE(Grammar::Compile(
      *ParseJson(R"({"type":"object","minProperties":2,"properties":{"a":{}},"additionalProperties":false})")));
}

TEST(Grammar, LeavesOutListedValuesOfTwoBranches) {
  Expect(R"({"oneOf":[{"enum":["a","b"]},{"enum":["b","c"]}]})", {R"("a")", R"("c")"}, {R"("b")"});
}

TEST(Grammar, TellsOneOfThatIsSafeFromOneOfThatIsNot) {
  const auto notes = [](std::string_view schema) { return GrammarOf(schema)->unenforced(); };
  const std::vector<std::string> none, noted{"/: oneOf"};
  EXPECT_EQ(notes(R"({"oneOf":[{"type":"string"},{"type":"integer"},{"const":null}]})"), none);
  EXPECT_EQ(notes(R"({"oneOf":[{"type":"integer"},{"type":"number"}]})"), noted);
  EXPECT_EQ(notes(R"({"oneOf":[{"enum":["a","b"]},{"enum":["c"]}]})"), none);
  EXPECT_EQ(notes(R"({"oneOf":[{"type":"string"},{"enum":["b"]}]})"), noted);
  EXPECT_EQ(notes(R"({"oneOf":[{"type":"object","properties":{"k":{"const":1}},"required":["k"]},
                               {"type":"object","properties":{"k":{"const":2}},"required":["k"]}]})"),
            none);
  EXPECT_EQ(notes(R"({"oneOf":[{"type":"object","properties":{"a":{}},"required":["a"]},
                               {"type":"object","properties":{"b":{}},"required":["b"]}]})"),
            none);
  EXPECT_EQ(notes(R"({"oneOf":[{"type":"object","properties":{"a":{}}},{"type":"object","properties":{"b":{}}}]})"),
            noted);
}

TEST(Grammar, SaysWhatItCannotEnforce) {
  const auto grammar = GrammarOf(R"({"type":"object","properties":{
      "x":{"type":"string","not":{"const":"a"}},"tags":{"type":"array","items":{"enum":[1,12]},"uniqueItems":true},
      "w":{"type":"string","pattern":"\\bx"},"r":{"type":"string","format":"regex"},
      "yes":{"enum":["a","b"],"not":{"const":"a"}}},"if":{"required":["x"]},"then":{"required":["tags"]}})");
  EXPECT_EQ(grammar->unenforced(),
            (std::vector<std::string>{"/: if", "/properties/r: format", "/properties/tags: uniqueItems",
                                      "/properties/w: pattern", "/properties/x: not"}));
  EXPECT_FALSE(Accepts(*grammar, R"({"yes":"a"})"));  // what is enumerated is checked against everything
}

TEST(Grammar, NamesThePlaceThatNoValueFits) {
  const auto refused = [](std::string_view schema) {
    const auto grammar = Grammar::Compile(*ParseJson(schema));
    EXPECT_FALSE(grammar) << schema;
    return grammar ? "" : grammar.error().message;
  };
  EXPECT_NE(
      refused(R"({"type":"object","properties":{"a":{"type":"integer","minimum":3,"maximum":2}},"required":["a"]})")
          .find("\"/properties/a\""),
      std::string::npos);
  EXPECT_NE(refused(R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"n":{"$ref":"#/$defs/n"}},
                        "required":["n"]}}})")
                .find("no answer can be written"),
            std::string::npos);
  EXPECT_NE(refused(R"({"anyOf":[{"$ref":"#"}]})").find("itself"), std::string::npos);
  EXPECT_NE(refused("false").find("no answer can be written"), std::string::npos);
  EXPECT_NE(refused(R"({"type":"strnig"})").find("/type"), std::string::npos);
}

}  // namespace
}  // namespace yk::constrain
