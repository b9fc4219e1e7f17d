// SPDX-License-Identifier: Apache-2.0
// Masks hold exactly the tokens that are allowed one by one, whatever the state.
#include <gtest/gtest.h>

#include "constrain/grammar_fixture.h"
#include "constrain/random_schema_fixture.h"
#include "constrain/vocabulary_fixture.h"

namespace yk::constrain {
namespace {

void CompareAlong(const Decoder& decoder, const std::string& answer) {
  const Vocabulary& vocabulary = decoder.vocabulary();
  State state = decoder.Start();
  for (size_t at = 0; at <= answer.size(); ++at) {
    const TokenMask& mask = decoder.Mask(state);
    for (Token token = 0; token < vocabulary.size(); ++token) {
      const bool in_mask = (mask[static_cast<size_t>(token) / 64] >> (token % 64) & 1) != 0;
      ASSERT_EQ(in_mask, decoder.Allows(state, token))
          << "behind " << answer.substr(0, at) << " token " << token << ": " << vocabulary.Bytes(token);
    }
    if (at < answer.size()) {
      ASSERT_TRUE(decoder.Accept(state, static_cast<uint8_t>(answer[at])));
    }
  }
}

TEST(Masks, AgreeWithTheCheckOfEachToken) {
  constexpr uint32_t kSeed = 3;
  RandomSchema random(kSeed);
  RandomWriter writer(kSeed);
  const auto vocabulary = SmallVocabulary();
  for (int round = 0; round < 300 && !HasFatalFailure(); ++round) {
    const Json schema = random.Make();
    const auto grammar = Grammar::Compile(schema, {.compact = random.Chance(50), .nesting_max = 4});
    if (!grammar) continue;
    SCOPED_TRACE(fmt::format("seed {}, round {}: {}", kSeed, round, DumpJson(schema)));
    const Decoder decoder(*grammar, vocabulary, nullptr);
    for (int n = 0; n < 2; ++n) CompareAlong(decoder, writer.Write(decoder, 60).text);
  }
}

TEST(Masks, AgreeNearTheBoundsOfLengthsAndCounts) {
  const auto vocabulary = SmallVocabulary();
  for (const std::string_view schema :
       {R"({"type":"string","minLength":6,"maxLength":14})", R"({"type":"string","minLength":9})",
        R"({"type":"array","items":{"enum":[1,2]},"minItems":7,"maxItems":16})",
        R"({"type":"array","prefixItems":[{"const":"a"},{"const":"ab"}],"items":{"const":1},"minItems":9})",
        R"({"type":"string","pattern":"^(ab|c)*$","minLength":5,"maxLength":12})"}) {
    const Decoder decoder(GrammarOf(schema), vocabulary, nullptr);
    RandomWriter writer(1);
    for (int n = 0; n < 10; ++n) CompareAlong(decoder, writer.Write(decoder, 60).text);
  }
}

TEST(Masks, AreSharedByStatesThatDifferOnlyInWhatCannotMatterYet) {
  const auto vocabulary = SmallVocabulary();  // no token is longer than 9 bytes
  const Decoder decoder(GrammarOf(R"({"type":"string","maxLength":100})"), vocabulary, nullptr);
  State state = decoder.Start();
  ASSERT_TRUE(decoder.Accept(state, '"'));
  const TokenMask* far = &decoder.Mask(state);
  for (int i = 0; i < 80; ++i) ASSERT_TRUE(decoder.Accept(state, 'a'));
  EXPECT_EQ(&decoder.Mask(state), far);
  for (int i = 0; i < 19; ++i) ASSERT_TRUE(decoder.Accept(state, 'a'));
  EXPECT_NE(decoder.Mask(state), *far);
}

}  // namespace
}  // namespace yk::constrain
