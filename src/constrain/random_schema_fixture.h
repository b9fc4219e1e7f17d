// SPDX-License-Identifier: Apache-2.0
// For tests: random schemas of all keywords, and answers that random logits write under them.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "constrain/decoder.h"

namespace yk::constrain {

/// Schemas over a small alphabet of names, so that parts of one often speak of the same.
class RandomSchema {
 public:
  explicit RandomSchema(uint32_t seed) : random_(seed) {}

  /// Leaves out what other validators judge otherwise: multiples of fractions.
  bool portable = false;

  Json Make() {
    Json schema = Value(3);
    if (schema.dump().find("#/$defs/d") == std::string::npos) return schema;
    // A recursive definition: whatever it asks for, its own occurrence can be left out.
    Json node = {{"type", "object"}, {"properties", {{"v", Value(1)}, {"next", {{"$ref", "#/$defs/d"}}}}}};
    if (Chance(30))
      node["properties"]["all"] = {{"type", "array"}, {"items", {{"$ref", "#/$defs/d"}}}, {"maxItems", 2}};
    schema["$defs"] = {{"d", std::move(node)}};
    return schema;
  }

  Json Constant(int depth) {
    static const char* const kTexts[] = {"a", "ab", "abc", "東京", "東", "松", "\"\\\n", "", "true"};
    switch (Pick(depth > 0 ? 8 : 6)) {
      case 0: return nullptr;
      case 1: return Chance(50);
      case 2: return static_cast<int>(Pick(300)) - 50;
      case 3: return static_cast<double>(Pick(100)) / 8;
      case 6: return Json::array({Constant(0), Constant(0)});
      case 7: return {{"a", Constant(0)}, {"b", Constant(0)}};
      default: return kTexts[Pick(std::size(kTexts))];
    }
  }

  size_t Pick(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }
  bool Chance(unsigned percent) { return Pick(100) < percent; }

 private:
  Json Value(int depth) {
    Json schema = Plain(depth);
    if (depth == 0) return schema;
    if (Chance(10)) {
      Json list = Json::array({Value(depth - 1), Value(depth - 1)});
      if (Chance(50)) list.push_back(Value(depth - 1));
      schema = {{Chance(70) ? "anyOf" : "oneOf", std::move(list)}};
    }
    if (Chance(8)) schema = {{"allOf", Json::array({schema, Narrowing()})}};
    if (Chance(5) && schema.is_object()) schema["anyOf"] = Json::array({Narrowing(), Value(depth - 1)});
    if (Chance(2) && schema.is_object()) schema["not"] = Value(0);
    if (Chance(2) && schema.is_object()) {
      schema["if"] = Value(0);
      schema["then"] = Value(0);
    }
    return schema;
  }

  Json Plain(int depth) {
    switch (Pick(depth > 0 ? 15 : 9)) {
      case 0: return {{"enum", Values()}};
      case 1: return {{"const", Constant(1)}};
      case 2:
      case 3: return String();
      case 4: return Number("integer");
      case 5: return Number("number");
      case 6: return {{"type", Chance(50) ? "boolean" : "null"}};
      case 7: {
        Json schema = Chance(50) ? String() : Number("integer");
        schema["type"] = Json::array({schema["type"], "null"});
        return schema;
      }
      case 8: return Chance(40) ? Json{{"$ref", "#/$defs/d"}} : (Chance(50) ? Json(true) : Json::object());
      case 9:
      case 10: return List(depth);
      default: return Object(depth);
    }
  }

  Json String() {
    Json schema = {{"type", "string"}};
    if (Chance(40)) schema["maxLength"] = Pick(12);
    if (Chance(20)) schema["minLength"] = Pick(4);
    static const char* const kPatterns[] = {
        "^[a-z]{2,5}$",      "b+",          "^(ab|c)*$",   "^[^\"\\\\]*$", "^\\d{3}-\\d{4}$",
        "^(foo|bar)(baz)?$", "^[A-Z].*",    "x|y|^$",      "[ぁ-ん]{2}",   "^[\\w.]+@[a-z]+$",
        "^.{0,6}$",          "^[\\t\\n]?a", "^(aa|aaa)+$", "\\bw",         "^[\\x00-\\x1f]{0,3}$"};
    if (Chance(30)) schema["pattern"] = kPatterns[Pick(std::size(kPatterns))];
    static const char* const kFormats[] = {"date", "time",  "date-time",     "email",       "uuid",
                                           "ipv4", "ipv6",  "hostname",      "uri",         "duration",
                                           "iri",  "regex", "uri-reference", "json-pointer"};
    if (Chance(15)) schema["format"] = kFormats[Pick(std::size(kFormats))];
    return schema;
  }

  Json Number(const char* type) {
    Json schema = {{"type", type}};
    const auto bound = [&]() -> Json {
      const int whole = static_cast<int>(Pick(300)) - 100;
      switch (Pick(4)) {
        case 0: return whole;
        case 1: return whole / 8.0;
        case 2: return whole * 1000003;
        default: return whole / 1000.0;
      }
    };
    if (Chance(30)) schema["minimum"] = bound();
    if (Chance(30)) schema["maximum"] = bound();
    if (Chance(10)) schema["exclusiveMinimum"] = bound();
    if (Chance(10)) schema["exclusiveMaximum"] = bound();
    static const double kSteps[] = {0.01, 0.5, 0.25, 1.5, 0.1};
    if (Chance(20)) schema["multipleOf"] = portable || Chance(50) ? Json(Pick(12) + 1) : Json(kSteps[Pick(5)]);
    return schema;
  }

  Json List(int depth) {
    Json schema = {{"type", "array"}};
    if (Chance(80)) schema["items"] = Value(depth - 1);
    if (Chance(15)) schema["prefixItems"] = Json::array({Value(depth - 1), Value(0)});
    if (Chance(60)) schema["maxItems"] = Pick(5);
    if (Chance(30)) schema["minItems"] = Pick(3);
    if (Chance(15)) schema["uniqueItems"] = true;
    if (Chance(4)) schema["contains"] = Value(0);
    return schema;
  }

  Json Object(int depth) {
    Json schema = {{"type", "object"}};
    static const char* const kNames[] = {"a", "ab", "kind", "日付", "x\"y", ""};
    if (Chance(85)) {
      Json& properties = schema["properties"] = Json::object();
      for (const char* name : kNames) {
        if (Chance(40)) properties[name] = Value(depth - 1);
      }
    }
    Json required = Json::array();
    for (const char* name : kNames) {
      if (Chance(20)) required.push_back(name);
    }
    if (!required.empty()) schema["required"] = std::move(required);
    if (Chance(40)) schema["additionalProperties"] = Chance(70) ? Json(false) : Value(0);
    if (Chance(5)) schema["patternProperties"] = {{"^[a-k]", Value(0)}};
    if (Chance(5)) schema["patternProperties"]["b$"] = Value(0);
    if (Chance(5)) schema["propertyNames"] = {{"maxLength", 1 + Pick(4)}};
    if (Chance(10)) schema["minProperties"] = Pick(4);
    if (Chance(10)) schema["maxProperties"] = Pick(4);
    if (Chance(5)) schema["dependentRequired"] = {{"a", Json::array({"ab"})}};
    return schema;
  }

  /// What narrows several types a little.
  Json Narrowing() {
    switch (Pick(6)) {
      case 0: return {{"maxLength", 5 + Pick(5)}};
      case 1: return {{"minimum", static_cast<int>(Pick(40)) - 30}};
      case 2: return {{"required", Json::array({"a"})}};
      case 3: return {{"properties", {{"a", Value(0)}}}};
      case 4: return {{"maxItems", Pick(4)}};
      default: return {{"type", Json::array({"string", "object", "integer"})}};
    }
  }

  Json Values() {
    Json values = Json::array();
    for (size_t n = 1 + Pick(5); n > 0; --n) values.push_back(Constant(1));
    return values;
  }

  std::mt19937 random_;
};

/// One answer, token by token.
struct RandomAnswer {
  std::string text;
  bool whole = false;  ///< false: cut at the limit of tokens
  bool stuck = false;  ///< no token could come although the answer was not whole
};

/// Logits are random but for what closes things, so that most answers end in time. They are pieces of one long list of
/// random numbers, since making new ones would take most of the time.
class RandomWriter {
 public:
  explicit RandomWriter(uint32_t seed) : random_(seed), pool_(1 << 16) {
    for (float& number : pool_) number = Any();
  }

  RandomAnswer Write(const Decoder& decoder, size_t tokens_max) {
    RandomAnswer answer;
    const auto size = static_cast<std::ptrdiff_t>(decoder.vocabulary().size());
    State state = decoder.Start();
    for (size_t count = 0; count < tokens_max; ++count) {
      if (decoder.MayEnd(state) && (decoder.Complete(state) || Any() < 0.3F)) {
        answer.whole = true;
        return answer;
      }
      const auto from = pool_.begin() + static_cast<std::ptrdiff_t>(random_() % (pool_.size() - size));
      logits_.assign(from, from + size);
      const float pull = static_cast<float>(count) / static_cast<float>(tokens_max);
      for (const char closing : {'"', '}', ']'}) logits_[static_cast<size_t>(closing)] += 2 * pull;
      const Token token = decoder.Pick(state, logits_);
      if (token < 0 || !decoder.Accept(state, token)) {
        answer.stuck = true;
        return answer;
      }
      answer.text += decoder.vocabulary().Bytes(token);
    }
    answer.whole = decoder.Complete(state);
    return answer;
  }

 private:
  float Any() { return std::uniform_real_distribution<float>(0, 1)(random_); }

  std::mt19937 random_;
  std::vector<float> pool_, logits_;
};

}  // namespace yk::constrain
