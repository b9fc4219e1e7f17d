// SPDX-License-Identifier: Apache-2.0
#include "text/schema_fields.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;

std::vector<SchemaField> Fields(std::string_view schema) {
  auto fields = SchemaFields(*ParseJson(schema));
  EXPECT_TRUE(fields) << fields.error().ToString();
  return fields ? std::move(*fields) : std::vector<SchemaField>();
}

TEST(SchemaFields, KeepsOrderAndReadsEveryAnnotation) {
  const auto fields = Fields(R"({"type": "object", "required": ["z"], "properties": {
      "z": {"type": ["string", "null"], "format": "date", "title": "T", "description": "D", "x-kind": "date",
            "x-cues": ["made on", "締結日"]},
      "a": {"enum": ["low", "high", null], "x-cues": {"low": ["minor"], "high": ["severe", "重大"]}}}})");
  ASSERT_THAT(fields, SizeIs(2));
  EXPECT_EQ(fields[0].name, "z");
  EXPECT_EQ(fields[0].pointer, "/z");
  EXPECT_THAT(fields[0].types, ElementsAre("string"));
  EXPECT_TRUE(fields[0].nullable);
  EXPECT_TRUE(fields[0].required);
  EXPECT_EQ(fields[0].format, "date");
  EXPECT_EQ(fields[0].title, "T");
  EXPECT_EQ(fields[0].description, "D");
  EXPECT_EQ(fields[0].kind, "date");
  EXPECT_THAT(fields[0].cues, ElementsAre("made on", "締結日"));
  EXPECT_FALSE(fields[1].required);
  EXPECT_TRUE(fields[1].nullable);
  EXPECT_THAT(fields[1].values, ElementsAre("low", "high"));
  EXPECT_THAT(fields[1].value_cues,
              ElementsAre(Pair("low", ElementsAre("minor")), Pair("high", ElementsAre("severe", "重大"))));
}

TEST(SchemaFields, FollowsReferencesListsAndNullableShapes) {
  const auto fields = Fields(R"({"$defs": {"party": {"type": "object", "properties": {"name": {"type": "string"}}}},
      "properties": {"parties": {"type": "array", "items": {"$ref": "#/$defs/party"}},
                     "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}}})");
  ASSERT_THAT(fields, SizeIs(2));
  ASSERT_TRUE(fields[0].is_list());
  EXPECT_TRUE(fields[0].item[0].is_object());
  EXPECT_EQ(fields[0].item[0].fields[0].name, "name");
  EXPECT_TRUE(fields[1].nullable);
  EXPECT_EQ(fields[1].format, "date");
  EXPECT_EQ(FieldAt(fields, "/parties/0/name"), &fields[0].item[0].fields[0]);
  EXPECT_EQ(FieldAt(fields, "/parties/0/nome"), nullptr);
}

TEST(SchemaFields, TakesTheFieldsOfAllPartsOfTheRoot) {
  const auto fields = Fields(R"({"$defs": {"base": {"type": "object", "properties": {"name": {"type": "string"}}}},
      "$ref": "#/$defs/base", "properties": {"total": {"type": ["number", "null"]}},
      "allOf": [{"properties": {"total": {"x-kind": "money"}, "day": {"format": "date", "type": "string"}}}],
      "required": ["total", "day", "name"]})");
  ASSERT_THAT(fields, SizeIs(3));
  EXPECT_EQ(fields[0].name, "total");
  EXPECT_EQ(fields[0].kind, "money");
  EXPECT_TRUE(fields[0].nullable);
  EXPECT_EQ(fields[1].name, "name");
  EXPECT_EQ(fields[2].name, "day");
  EXPECT_FALSE(fields[2].nullable);
  for (const auto& field : fields) EXPECT_TRUE(field.required) << field.name;
}

TEST(SchemaFields, OfAlternativesNoneIsRequired) {
  const auto fields = Fields(R"({"properties": {"a": {"type": "string"}, "b": {"type": "string"}},
      "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})");
  ASSERT_THAT(fields, SizeIs(2));
  EXPECT_FALSE(fields[0].required);
  EXPECT_FALSE(fields[1].required);
}

TEST(SchemaFields, AFieldOfOneAlternativeIsNotRequiredWhereAnotherIsChosen) {
  const auto fields = Fields(R"({"oneOf": [
      {"required": ["mail"], "properties": {"mail": {"type": ["string", "null"]}}},
      {"required": ["phone"], "properties": {"phone": {"type": ["string", "null"]}, "who": {
          "required": ["name"], "properties": {"name": {"type": "string"}}}}}]})");
  ASSERT_THAT(fields, SizeIs(3));
  EXPECT_FALSE(fields[0].required);
  EXPECT_FALSE(fields[1].required);
  ASSERT_THAT(fields[2].fields, SizeIs(1));
  EXPECT_TRUE(fields[2].fields[0].required) << "it holds for every value of the member";
}

TEST(SchemaFields, WhatEveryAlternativeRequiresIsRequired) {
  const auto fields = Fields(R"({"oneOf": [
      {"required": ["kind", "total"], "properties": {"kind": {"const": "a"}, "total": {"type": ["number", "null"]}}},
      {"required": ["kind", "total", "who"], "properties": {"kind": {"const": "b"}, "total": {}, "who": {}}},
      {"type": "null"}]})");
  ASSERT_THAT(fields, SizeIs(3));
  EXPECT_TRUE(fields[0].required);
  EXPECT_TRUE(fields[1].required);
  EXPECT_FALSE(fields[2].required);
}

TEST(SchemaFields, AMemberThatAlternativesDescribeDifferentlyRequiresWhatAllOfThemDo) {
  const auto fields = Fields(R"({"properties": {"at": {"required": ["day"], "properties": {"day": {}}}}, "oneOf": [
      {"properties": {"who": {"required": ["id", "name"], "properties": {"id": {}, "name": {}}},
                      "at": {"required": ["hour"], "properties": {"hour": {}}}}},
      {"properties": {"who": {"required": ["id", "company"], "properties": {"id": {}, "company": {}}}}}]})");
  ASSERT_THAT(fields, SizeIs(2));
  ASSERT_THAT(fields[0].fields, SizeIs(2));
  EXPECT_TRUE(fields[0].fields[0].required) << "day: it holds whichever alternative does";
  EXPECT_FALSE(fields[0].fields[1].required) << "hour: one alternative asks for it";
  ASSERT_THAT(fields[1].fields, SizeIs(3));
  EXPECT_TRUE(fields[1].fields[0].required) << "id";
  EXPECT_FALSE(fields[1].fields[1].required) << "name";
  EXPECT_FALSE(fields[1].fields[2].required) << "company";
}

TEST(SchemaFields, ThisOrNullIsNoChoice) {
  const auto fields = Fields(R"({"anyOf": [{"required": ["a"], "properties": {"a": {}}}, {"type": "null"}]})");
  ASSERT_THAT(fields, SizeIs(1));
  EXPECT_TRUE(fields[0].required);
}

TEST(SchemaFields, RefusesARootThatIsNoObject) {
  for (const char* schema : {R"({"type": "array", "items": {"properties": {"a": {}}}})",
                             R"({"anyOf": [{"properties": {"a": {}}}, {"type": "string"}]})"}) {
    const auto fields = SchemaFields(*ParseJson(schema));
    ASSERT_FALSE(fields) << schema;
    EXPECT_THAT(fields.error().message, HasSubstr("a row is an object"));
  }
}

TEST(SchemaFields, NullRowNamesEveryField) {
  const auto fields = Fields(R"({"properties": {"b": {"type": "string"}, "a": {"type": "array", "items": {}}}})");
  EXPECT_EQ(DumpJson(NullRow(fields)), R"({"b":null,"a":[]})");
}

TEST(SchemaFields, EndsOnRecursiveSchemas) {
  const auto fields =
      Fields(R"({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}, "c": {"items": {"$ref": "#"}}}})");
  EXPECT_THAT(fields, SizeIs(3));
}

TEST(SchemaFields, RefusesASchemaWithoutFields) {
  const auto fields = SchemaFields(*ParseJson(R"({"type": "string"})"));
  ASSERT_FALSE(fields);
  EXPECT_THAT(fields.error().message, HasSubstr("properties"));
}

}  // namespace
}  // namespace yk::text
