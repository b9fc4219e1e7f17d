// SPDX-License-Identifier: Apache-2.0
// The automaton agrees with the slow recogniser on every prefix, of answers and of answers with a fault.
#include <gtest/gtest.h>

#include "constrain/grammar_fixture.h"
#include "constrain/random_schema_fixture.h"
#include "constrain/reference_fixture.h"
#include "constrain/vocabulary_fixture.h"

namespace yk::constrain {
namespace {

/// Schemas of what the recogniser knows, each of which some value fits.
class PlainSchema {
 public:
  explicit PlainSchema(uint32_t seed) : random_(seed) {}

  Json Value(int depth) {
    switch (Pick(depth > 0 ? 10 : 6)) {
      case 0: return {{"enum", Json::array({Word(), Word(), 12, 1, nullptr, Json::array({1, Word()})})}};
      case 1: return {{"const", Word()}};
      case 2: {
        const int low = static_cast<int>(Pick(200)) - 100;
        return {{"type", "integer"}, {"minimum", low}, {"maximum", low + static_cast<int>(Pick(130))}};
      }
      case 3: return {{"type", Json::array({"boolean", "null"})}};
      case 4:
      case 5: {
        const size_t low = Pick(3);
        Json schema = {{"type", Pick(3) == 0 ? Json::array({"string", "null"}) : Json("string")}};
        if (Pick(2) == 0) schema["minLength"] = low;
        if (Pick(2) == 0) schema["maxLength"] = low + Pick(5);
        return schema;
      }
      case 6: return {{"anyOf", Json::array({Value(depth - 1), Value(depth - 1)})}};
      case 7: return List(depth);
      default: return Object(depth);
    }
  }
  size_t Pick(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }

 private:
  Json List(int depth) {
    const size_t low = Pick(3);
    Json schema = {{"type", "array"}, {"items", Value(depth - 1)}, {"minItems", low}, {"maxItems", low + Pick(3)}};
    if (Pick(3) == 0) schema["prefixItems"] = Json::array({Value(0), Value(0)});
    return schema;
  }
  Json Object(int depth) {
    Json schema = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
    for (const char* name : {"a", "ab", "b\"", "日", "日付"}) {
      if (Pick(2) == 0) continue;
      schema["properties"][name] = Value(depth - 1);
      if (Pick(2) == 0) schema["required"].push_back(name);
    }
    if (schema["properties"].empty()) schema["properties"]["a"] = Value(0);
    return schema;
  }
  Json Word() {
    static const char* const kWords[] = {"", "a", "ab", "東", "松", "東京", "x\"\n", "é"};
    return kWords[Pick(std::size(kWords))];
  }

  std::mt19937 random_;
};

/// Every prefix of the text is one for both or for neither.
void Compare(const Grammar& grammar, Reference& reference, const std::string& text) {
  const Stepper stepper(grammar.rules());
  State state = stepper.Start();
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string_view prefix(text.data(), size);
    const bool taken = size == 0 || stepper.Step(state, static_cast<uint8_t>(text[size - 1]));
    ASSERT_EQ(taken, reference.IsPrefix(prefix)) << prefix;
    if (!taken) return;
    ASSERT_EQ(stepper.MayEnd(state), reference.IsWhole(prefix)) << prefix;
  }
}

TEST(Reference, AgreesOnEveryPrefix) {
  constexpr uint32_t kSeed = 11;
  PlainSchema schemas(kSeed);
  RandomWriter writer(kSeed);
  const auto vocabulary = SmallVocabulary();
  int answers = 0;
  for (int round = 0; round < 1500 && !HasFatalFailure(); ++round) {
    const Json schema = schemas.Value(3);
    const JsonStyle style{schemas.Pick(2) == 0};
    SCOPED_TRACE(fmt::format("seed {}, round {}: {}", kSeed, round, DumpJson(schema)));
    const auto grammar = Grammar::Compile(schema, {.compact = style.compact});
    ASSERT_TRUE(grammar) << grammar.error().ToString();
    ASSERT_TRUE((*grammar)->unenforced().empty());
    Reference reference(schema, style);
    const Decoder decoder(*grammar, vocabulary, nullptr);
    for (int n = 0; n < 4 && !HasFatalFailure(); ++n) {
      std::string text = writer.Write(decoder, 60).text;
      Compare(**grammar, reference, text);
      // The same with one byte changed, left out or put in.
      const char bytes[] = "\"\\{}[],: u0d19-ntaeE\xE6\x9D\xB1\xF0\x9F\x80\xC3\xA9\xED";
      const char byte = bytes[schemas.Pick(sizeof bytes)];
      const size_t at = schemas.Pick(text.size() + 1);
      switch (schemas.Pick(3)) {
        case 0: text.insert(at, 1, byte); break;
        case 1: text.erase(at, 1); break;
        default: text.replace(at, 1, 1, byte);
      }
      Compare(**grammar, reference, text);
      ++answers;
    }
  }
  EXPECT_EQ(answers, 6000);
}

TEST(Reference, AgreesOnEveryByteThatMayComeNext) {
  PlainSchema schemas(5);
  RandomWriter writer(5);
  const auto vocabulary = SmallVocabulary();
  for (int round = 0; round < 60 && !HasFatalFailure(); ++round) {
    const Json schema = schemas.Value(2);
    SCOPED_TRACE(DumpJson(schema));
    const auto grammar = Grammar::Compile(schema);
    ASSERT_TRUE(grammar);
    Reference reference(schema, {});
    const Stepper stepper((*grammar)->rules());
    const std::string text = writer.Write(Decoder(*grammar, vocabulary, nullptr), 25).text;
    State state = stepper.Start();
    for (size_t size = 0; size <= text.size(); ++size) {
      const ByteSet next = stepper.Next(state);
      for (int byte = 0; byte < 256; ++byte) {
        const std::string further = text.substr(0, size) + static_cast<char>(byte);
        ASSERT_EQ(next[static_cast<size_t>(byte)], reference.IsPrefix(further)) << further;
      }
      if (size < text.size()) stepper.Step(state, static_cast<uint8_t>(text[size]));
    }
  }
}

}  // namespace
}  // namespace yk::constrain
