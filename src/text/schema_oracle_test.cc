// SPDX-License-Identifier: Apache-2.0
// Property test: on the keywords that valijson checks rightly, our checker must agree with it.
#include <gtest/gtest.h>

#include <random>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "text/schema.h"

namespace yk::text {
namespace {

using PlainJson = nlohmann::json;

/// Random schemas and values over a small alphabet, so that values often nearly fit.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Json Schema(int depth) {
    static const char* const kTypes[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
    Json schema = Json::object();
    if (Chance(60)) schema["type"] = kTypes[Pick(7)];
    if (Chance(10)) schema["enum"] = Json::array({Value(1), Value(1), "ab"});
    if (Chance(5)) schema["const"] = Value(1);
    Bounds(schema);
    if (depth == 0) return schema;
    if (Chance(50)) {
      for (const char* name : {"a", "b"}) {
        if (Chance(60)) schema["properties"][name] = Schema(depth - 1);
      }
    }
    if (Chance(20)) schema["required"] = Json::array({"a"});
    if (Chance(15)) schema["additionalProperties"] = Chance(50) ? Json(false) : Schema(depth - 1);
    if (Chance(10)) schema["patternProperties"]["^c"] = Schema(depth - 1);
    if (Chance(10)) schema["propertyNames"]["maxLength"] = 1;
    if (Chance(30)) schema["items"] = Schema(depth - 1);
    if (Chance(10)) schema["contains"] = Schema(depth - 1);
    for (const char* key : {"allOf", "anyOf", "oneOf"}) {
      if (Chance(10)) schema[key] = Json::array({Schema(depth - 1), Schema(depth - 1)});
    }
    if (Chance(10)) schema["not"] = Schema(depth - 1);
    if (Chance(10)) {
      schema["if"] = Schema(depth - 1);
      schema["then"] = Schema(depth - 1);
      schema["else"] = Schema(depth - 1);
    }
    return schema;
  }

  Json Value(int depth) {
    switch (Pick(depth > 0 ? 8 : 5)) {
      case 0: return nullptr;
      case 1: return Chance(50);
      case 2: return static_cast<int>(Pick(5)) - 1;
      case 3: return 0.5 + static_cast<double>(Pick(3));
      case 4: return std::string(Pick(4), "ab"[Pick(2)]);
      case 5: {
        Json list = Json::array();
        for (size_t n = Pick(4); n > 0; --n) list.push_back(Value(depth - 1));
        return list;
      }
      default: {
        Json object = Json::object();
        for (const char* name : {"a", "b", "c", "dd"}) {
          if (Chance(50)) object[name] = Value(depth - 1);
        }
        return object;
      }
    }
  }

 private:
  void Bounds(Json& schema) {
    if (Chance(10)) schema["minimum"] = Pick(3);
    if (Chance(10)) schema["exclusiveMaximum"] = Pick(4);
    if (Chance(10)) schema["minLength"] = Pick(3);
    if (Chance(10)) schema["maxLength"] = Pick(4);
    if (Chance(8)) schema["pattern"] = "^a+$";
    if (Chance(10)) schema["minItems"] = Pick(3);
    if (Chance(10)) schema["maxItems"] = Pick(4);
    if (Chance(10)) schema["uniqueItems"] = true;
    if (Chance(8)) schema["minProperties"] = Pick(3);
    if (Chance(8)) schema["maxProperties"] = Pick(4);
  }
  bool Chance(unsigned percent) { return Pick(100) < percent; }
  size_t Pick(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }

  std::mt19937 random_;
};

bool OracleAccepts(const PlainJson& schema, const PlainJson& value) {
  valijson::Schema compiled;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), compiled);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  return validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
}

TEST(SchemaOracle, AgreesWithValijsonOnWhatItChecksRightly) {
  Generator generator(3);
  int accepted = 0, refused = 0;
  for (int round = 0; round < 3000; ++round) {
    Json schema = generator.Schema(2);
    const auto ours = JsonSchema::Compile(schema);
    ASSERT_TRUE(ours) << DumpJson(schema) << ours.error().ToString();
    const PlainJson plain_schema = PlainJson::parse(DumpJson(schema));
    for (int n = 0; n < 6; ++n) {
      const Json value = generator.Value(3);
      const bool theirs = OracleAccepts(plain_schema, PlainJson::parse(DumpJson(value)));
      ASSERT_EQ((*ours)->IsValid(value), theirs) << DumpJson(schema) << "\n" << DumpJson(value);
      EXPECT_EQ((*ours)->Validate(value).empty(), theirs);
      (theirs ? accepted : refused) += 1;
    }
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace yk::text
