// SPDX-License-Identifier: Apache-2.0
#include "text/schema.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Json Parse(std::string_view text) {
  auto value = ParseJson(text);
  EXPECT_TRUE(value) << value.error().ToString();
  return value ? *value : Json();
}

std::vector<SchemaViolation> Check(std::string_view schema, std::string_view value) {
  const auto compiled = JsonSchema::Compile(Parse(schema));
  EXPECT_TRUE(compiled) << compiled.error().ToString();
  if (!compiled) return {};
  const Json instance = Parse(value);
  auto violations = (*compiled)->Validate(instance);
  EXPECT_EQ((*compiled)->IsValid(instance), violations.empty());
  return violations;
}

std::string Refusal(std::string_view schema) {
  const auto compiled = JsonSchema::Compile(Parse(schema));
  return compiled ? "" : compiled.error().ToString();
}

TEST(JsonSchema, SaysWhatAValueMustBeAndWhatItIs) {
  const auto violations =
      Check(R"({"properties": {"parties": {"type": "array", "items": {"type": "string"}}}})", R"({"parties": [3]})");
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_EQ(violations[0].pointer, "/parties/0");
  EXPECT_EQ(violations[0].keyword, "type");
  EXPECT_EQ(violations[0].message, "/parties/0 must be a string, but is the number 3");
}

TEST(JsonSchema, NamesEveryMissingAndEverySurplusField) {
  const auto violations = Check(
      R"({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"], "additionalProperties": false})",
      R"({"b": 1, "c": 2})");
  EXPECT_THAT(violations,
              ElementsAre(AllOf(Field(&SchemaViolation::pointer, "/a"), Field(&SchemaViolation::keyword, "required")),
                          AllOf(Field(&SchemaViolation::pointer, "/c"),
                                Field(&SchemaViolation::message, HasSubstr("not a field of the schema")))));
}

TEST(JsonSchema, TakesNumbersByValue) {
  EXPECT_THAT(Check(R"({"type": "integer"})", "1.0"), IsEmpty());
  EXPECT_THAT(Check(R"({"type": "integer"})", "1.5"), SizeIs(1));
  EXPECT_THAT(Check(R"({"multipleOf": 0.01})", "19.99"), IsEmpty());
  EXPECT_THAT(Check(R"({"multipleOf": 0.01})", "19.999"), SizeIs(1));
  EXPECT_THAT(Check(R"({"multipleOf": 3})", "18446744073709551615"), IsEmpty());
  EXPECT_THAT(Check(R"({"multipleOf": 1e-8})", "12391239123"), IsEmpty());
  EXPECT_THAT(Check(R"({"maximum": 9007199254740992})", "9007199254740993"), SizeIs(1));
  EXPECT_THAT(Check(R"({"const": 1})", "1.0"), IsEmpty());
  EXPECT_THAT(Check(R"({"minimum": -1})", "18446744073709551615"), IsEmpty());
}

TEST(JsonSchema, ComparesObjectsWithoutRegardToKeyOrder) {
  EXPECT_THAT(Check(R"({"enum": [{"a": 1, "b": [2]}]})", R"({"b": [2.0], "a": 1})"), IsEmpty());
  EXPECT_THAT(Check(R"({"uniqueItems": true})", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1}])"), SizeIs(1));
  EXPECT_THAT(Check(R"({"uniqueItems": true})", R"([1, true, "1", null, [1], 0, false])"), IsEmpty());
}

TEST(JsonSchema, MeasuresTextInCodePoints) {
  EXPECT_THAT(Check(R"({"maxLength": 2})", R"("東京")"), IsEmpty());
  EXPECT_THAT(Check(R"({"minLength": 3})", R"("東京")"), SizeIs(1));
}

TEST(JsonSchema, MatchesPatternsOfJapaneseText) {
  EXPECT_THAT(Check(R"({"pattern": "^\\p{Han}+$"})", R"("東京")"), IsEmpty());
  EXPECT_THAT(Check(R"({"pattern": "^\\p{Script=Han}+$"})", R"("Tokyo")"), SizeIs(1));
  EXPECT_THAT(Check(R"({"pattern": "^[\\u3041-\\u3096]+$"})", R"("ひらがな")"), IsEmpty());
  EXPECT_THAT(Check(R"({"pattern": "^\\s$"})", "\"　\""), IsEmpty());
}

TEST(JsonSchema, ChecksFormatsUnlessTheyAreAnnotations) {
  EXPECT_THAT(Check(R"({"format": "date"})", R"("2024-02-29")"), IsEmpty());
  EXPECT_THAT(Check(R"({"format": "date"})", R"("2023-02-29")"), SizeIs(1));
  EXPECT_THAT(Check(R"({"format": "email"})", R"("not a mail")"), SizeIs(1));
  EXPECT_THAT(Check(R"({"format": "uri"})", R"("https://example.org/契約")"), SizeIs(1));
  EXPECT_THAT(Check(R"({"format": "no-such-format"})", R"("x")"), IsEmpty());
  const auto lax = JsonSchema::Compile(Parse(R"({"format": "date"})"), {.assert_formats = false});
  ASSERT_TRUE(lax);
  EXPECT_TRUE((*lax)->IsValid("tomorrow"));
}

TEST(JsonSchema, ReadsBothDrafts) {
  constexpr auto kModern = R"({"$schema": "https://json-schema.org/draft/2020-12/schema",
                               "prefixItems": [{"type": "string"}], "items": {"type": "number"}})";
  EXPECT_THAT(Check(kModern, R"(["a", 1, 2])"), IsEmpty());
  EXPECT_THAT(Check(kModern, R"(["a", "b"])"), SizeIs(1));
  constexpr auto kSeven = R"({"$schema": "http://json-schema.org/draft-07/schema#",
                              "items": [{"type": "string"}], "additionalItems": {"type": "number"}})";
  EXPECT_THAT(Check(kSeven, R"(["a", 1, 2])"), IsEmpty());
  EXPECT_THAT(Check(kSeven, R"(["a", "b"])"), SizeIs(1));
}

TEST(JsonSchema, FollowsReferencesBesideOtherKeywords) {
  constexpr auto kSchema = R"({"$defs": {"name": {"$anchor": "n", "type": "string"}},
                               "properties": {"a": {"$ref": "#/$defs/name", "maxLength": 2}, "b": {"$ref": "#n"}}})";
  EXPECT_THAT(Check(kSchema, R"({"a": "ab", "b": "long"})"), IsEmpty());
  EXPECT_THAT(Check(kSchema, R"({"a": "abc"})"), SizeIs(1));
  EXPECT_THAT(Check(kSchema, R"({"b": 1})"), SizeIs(1));
}

TEST(JsonSchema, ChecksRecursiveSchemasAndEndsOnEndlessOnes) {
  constexpr auto kTree = R"({"type": "object", "properties": {"kids": {"items": {"$ref": "#"}}}})";
  EXPECT_THAT(Check(kTree, R"({"kids": [{"kids": [{}]}]})"), IsEmpty());
  EXPECT_THAT(Check(kTree, R"({"kids": [{"kids": [4]}]})"),
              ElementsAre(Field(&SchemaViolation::pointer, "/kids/0/kids/0")));
  EXPECT_THAT(Check(R"({"$ref": "#"})", "1"), ElementsAre(Field(&SchemaViolation::keyword, "limit")));
  std::string deep(500, '[');
  deep += std::string(500, ']');
  EXPECT_THAT(Check(R"({"items": {"$ref": "#"}})", deep), ElementsAre(Field(&SchemaViolation::keyword, "limit")));
}

TEST(JsonSchema, SpeaksOfTheShapeThatWasMeant) {
  const auto violations = Check(R"({"properties": {"d": {"anyOf": [{"type": "string", "format": "date"},
                                                                   {"type": "null"}]}}})",
                                R"({"d": "soon"})");
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_THAT(violations[0].message, HasSubstr("/d must be a date"));
  EXPECT_THAT(Check(R"({"anyOf": [{"type": "string"}, {"type": "null"}]})", "3")[0].message,
              "the value must be a string or null, but is the number 3");
}

TEST(JsonSchema, RefusesByNameWhatItCannotCheck) {
  EXPECT_THAT(Refusal(R"({"properties": {"a": {"allOf": [{}], "unevaluatedProperties": false}}})"),
              HasSubstr("unevaluatedProperties at \"/properties/a/unevaluatedProperties\""));
  EXPECT_THAT(Refusal(R"({"$dynamicRef": "#x"})"), HasSubstr("$dynamicRef"));
  EXPECT_THAT(Refusal(R"({"$ref": "https://example.org/other.json"})"), HasSubstr("other.json"));
  EXPECT_THAT(Refusal(R"({"$schema": "http://json-schema.org/draft-04/schema#"})"), HasSubstr("$schema"));
  EXPECT_THAT(Refusal(R"({"$schema": "http://json-schema.org/draft-07/schema#", "prefixItems": []})"),
              HasSubstr("prefixItems"));
}

TEST(JsonSchema, RefusesMistakesWithTheirPlace) {
  EXPECT_THAT(Refusal(R"({"properties": {"a": {"type": "strnig"}}})"),
              AllOf(HasSubstr("/properties/a/type"), HasSubstr("strnig"), HasSubstr("string")));
  EXPECT_THAT(Refusal(R"j({"pattern": "(?=x)"})j"), HasSubstr("look-around"));
  EXPECT_THAT(Refusal(R"({"required": "a"})"), HasSubstr("required"));
  EXPECT_THAT(Refusal(R"({"minLength": -1})"), HasSubstr("minLength"));
  EXPECT_THAT(Refusal(R"({"properties": {"a": "string"}})"), HasSubstr("/properties/a"));
  EXPECT_THAT(Refusal(R"({"enum": "a"})"), HasSubstr("enum"));
  EXPECT_THAT(Refusal("[]"), HasSubstr("must be a schema"));
}

TEST(JsonSchema, IgnoresAnnotationsAndUnknownKeywords) {
  EXPECT_EQ(Refusal(R"({"x-cues": {"a": ["b"]}, "title": "t", "deprecated": true, "colour": 7})"), "");
}

TEST(JsonSchema, LowersUnevaluatedWhereItEqualsAdditional) {
  constexpr auto kSchema = R"({"properties": {"a": {}}, "unevaluatedProperties": false})";
  EXPECT_THAT(Check(kSchema, R"({"a": 1})"), IsEmpty());
  EXPECT_THAT(Check(kSchema, R"({"b": 1})"), SizeIs(1));
}

TEST(JsonSchema, StopsListingAtABound) {
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += i == 0 ? "1" : ",1";
  EXPECT_THAT(Check(R"({"items": {"type": "string"}})", many + "]"), SizeIs(testing::Le(64u)));
}

}  // namespace
}  // namespace yk::text
