// SPDX-License-Identifier: Apache-2.0
#include "text/schema_root.h"

#include <gtest/gtest.h>

#include "text/schema.h"

namespace yk::text {
namespace {

Json WithNote(const char* schema) {
  Json out = WithRootWrittenOut(*ParseJson(schema));
  AddRootProperty(out, "_note", {{"type", "string"}});
  return out;
}

/// Whether the schema with the added property takes `value`.
bool Takes(const char* schema, const char* value) {
  const auto compiled = JsonSchema::Compile(WithNote(schema));
  EXPECT_TRUE(compiled) << compiled.error().ToString();
  return compiled && (*compiled)->Validate(*ParseJson(value)).empty();
}

TEST(SchemaRoot, APlainObjectOnlyGetsTheProperty) {
  EXPECT_EQ(DumpJson(WithNote(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{}}})")),
            R"({"type":"object","properties":{"a":{"$ref":"#/$defs/x"},"_note":{"type":"string"}},"$defs":{"x":{}}})");
}

TEST(SchemaRoot, AReferenceIsWrittenOutAndItsTargetStaysAsItWas) {
  const char* schema = R"({"$ref": "#/$defs/row", "$defs": {"row": {"type": "object", "additionalProperties": false,
      "required": ["a"], "properties": {"a": {"type": "string"}, "inner": {"$ref": "#/$defs/row"}}}}})";
  EXPECT_TRUE(Takes(schema, R"({"a": "x", "_note": "n", "inner": {"a": "y"}})"));
  EXPECT_FALSE(Takes(schema, R"({"a": "x", "inner": {"a": "y", "_note": "n"}})"));
  EXPECT_FALSE(Takes(schema, R"({"a": 1, "_note": "n"})"));
  EXPECT_FALSE(Takes(schema, R"({"a": "x", "b": 1})"));
}

TEST(SchemaRoot, ANameThatBeginsLikeAnotherIsAnotherPlace) {
  const char* schema = R"({"$ref": "#/$defs/row2", "$defs": {"row2": {"$ref": "#/$defs/row"},
      "row": {"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}}}})";
  EXPECT_TRUE(Takes(schema, R"({"a": "x", "_note": "n"})"));
  EXPECT_FALSE(Takes(schema, R"({"a": 1})"));
}

TEST(SchemaRoot, WhatStandsBesideAReferenceHoldsAsWell) {
  const char* schema = R"({"$ref": "#/$defs/row", "required": ["b"], "properties": {"b": {"type": "number"}},
      "$defs": {"row": {"required": ["a"], "properties": {"a": {"type": "string"}}}}})";
  EXPECT_TRUE(Takes(schema, R"({"a": "x", "b": 1, "_note": "n"})"));
  EXPECT_FALSE(Takes(schema, R"({"a": "x"})"));
  EXPECT_FALSE(Takes(schema, R"({"b": 1})"));
  EXPECT_FALSE(Takes(schema, R"({"a": "x", "b": "1"})"));
}

TEST(SchemaRoot, InDraft7AReferenceHidesWhatStandsBesideIt) {
  const char* schema = R"({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/row",
      "required": ["b"], "definitions": {"row": {"properties": {"a": {"type": "string"}}}}})";
  EXPECT_TRUE(Takes(schema, R"({"a": "x", "_note": "n"})"));
  EXPECT_FALSE(Takes(schema, R"({"a": 1})"));
}

TEST(SchemaRoot, ClosedPartsLearnTheName) {
  for (const char* key : {"allOf", "anyOf", "oneOf"}) {
    const std::string schema = std::string(R"({")") + key +
                               R"(": [{"$ref": "#/$defs/row"}], "$defs": {"row": {"additionalProperties": false,
        "properties": {"a": {"type": "string"}}}}})";
    EXPECT_TRUE(Takes(schema.c_str(), R"({"a": "x", "_note": "n"})")) << key;
    EXPECT_FALSE(Takes(schema.c_str(), R"({"a": "x", "b": 1})")) << key;
    EXPECT_FALSE(Takes(schema.c_str(), R"({"_note": 1})")) << key;
  }
}

TEST(SchemaRoot, EndsOnRootsThatReferToThemselves) {
  (void)WithNote(R"({"$ref": "#"})");
  (void)WithNote(R"({"allOf": [{"$ref": "#"}], "properties": {"a": {}}})");
  (void)WithNote(R"({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}})");
  (void)WithNote(R"({"$ref": "#/nowhere"})");
}

}  // namespace
}  // namespace yk::text
