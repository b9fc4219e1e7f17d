// SPDX-License-Identifier: Apache-2.0
#include "constrain/decoder.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "constrain/grammar_fixture.h"
#include "constrain/vocabulary_fixture.h"

namespace yk::constrain {
namespace {

constexpr std::string_view kSchema = R"({"type":"object","required":["kind","ok","tags"],"properties":{
    "kind":{"enum":["東","松","abc","abd",null]}, "ok":{"type":"boolean"}, "count":{"type":"integer","minimum":0},
    "tags":{"type":"array","items":{"type":"string","maxLength":3},"minItems":1,"maxItems":2}}})";

class DecoderTest : public testing::Test {
 protected:
  std::shared_ptr<const Vocabulary> vocabulary_ = SmallVocabulary();
  Decoder decoder_{GrammarOf(kSchema, {}), vocabulary_,
                   [this](std::string_view text) { return LongestTokens(*vocabulary_, text); }};

  std::string Text(const std::vector<Token>& tokens) const {
    std::string text;
    for (const Token token : tokens) text += vocabulary_->Bytes(token);
    return text;
  }
  State After(std::string_view text) const {
    State state = decoder_.Start();
    for (const Token token : LongestTokens(*vocabulary_, text)) EXPECT_TRUE(decoder_.Accept(state, token)) << text;
    return state;
  }
  /// What a model that wants to write `target` in canonical tokens makes of it.
  std::vector<Token> Write(std::string_view target, bool fast_forward) const {
    std::vector<Token> out;
    State state = decoder_.Start();
    while (!decoder_.Complete(state)) {
      const auto forced = fast_forward ? decoder_.Forced(state) : std::vector<Token>();
      for (const Token token : forced) {
        EXPECT_TRUE(decoder_.Accept(state, token)) << Text(out) << "|" << Text(forced);
        out.push_back(token);
      }
      if (!forced.empty()) continue;
      std::vector<float> logits(static_cast<size_t>(vocabulary_->size()), 0);
      logits[static_cast<size_t>(LongestTokens(*vocabulary_, target.substr(Text(out).size())).front())] = 1;
      const Token token = decoder_.Pick(state, logits);
      EXPECT_TRUE(decoder_.Accept(state, token));
      out.push_back(token);
    }
    return out;
  }
};

TEST_F(DecoderTest, TakesAndRefusesTokensByTheirBytes) {
  State state = decoder_.Start();
  const State start = state;
  EXPECT_TRUE(decoder_.Allows(state, '{'));
  EXPECT_FALSE(decoder_.Accept(state, '['));
  EXPECT_FALSE(decoder_.Accept(state, 256)) << "an end token is no part of an answer";
  EXPECT_FALSE(decoder_.Accept(state, -1));
  EXPECT_FALSE(decoder_.Accept(state, vocabulary_->size()));
  EXPECT_EQ(state, start);
  EXPECT_TRUE(decoder_.Accept(state, '{'));
  EXPECT_NE(state, start);
}

TEST_F(DecoderTest, IsCompleteExactlyAtTheEnd) {
  const std::string_view answer = R"({"kind": "abd", "ok": true, "tags": ["a"]})";
  for (size_t size = 0; size < answer.size(); ++size) {
    EXPECT_FALSE(decoder_.Complete(After(answer.substr(0, size)))) << answer.substr(0, size);
  }
  const State end = After(answer);
  EXPECT_TRUE(decoder_.Complete(end));
  EXPECT_TRUE(decoder_.MayEnd(end));
  for (const uint64_t word : decoder_.Mask(end)) EXPECT_EQ(word, 0U);
}

TEST_F(DecoderTest, LetsABareNumberEndOrGoOn) {
  const Decoder numbers(GrammarOf(R"({"type":"integer","maximum":99})"), vocabulary_, nullptr);
  State state = numbers.Start();
  EXPECT_FALSE(numbers.MayEnd(state));
  ASSERT_TRUE(numbers.Accept(state, '1'));
  EXPECT_TRUE(numbers.MayEnd(state));
  EXPECT_FALSE(numbers.Complete(state));
  ASSERT_TRUE(numbers.Accept(state, '2'));
  EXPECT_TRUE(numbers.Complete(state));
}

TEST_F(DecoderTest, MasksHoldExactlyTheTokensThatAreAllowed) {
  const std::string_view answer = R"({"kind": "東", "ok": false, "count": 120, "tags": ["a", "bcd"]})";
  State state = decoder_.Start();
  for (const char byte : answer) {
    const auto& mask = decoder_.Mask(state);
    for (Token token = 0; token < vocabulary_->size(); ++token) {
      const bool in_mask = (mask[static_cast<size_t>(token) / 64] >> (token % 64) & 1) != 0;
      EXPECT_EQ(in_mask, decoder_.Allows(state, token)) << vocabulary_->Bytes(token);
    }
    EXPECT_EQ(&mask, &decoder_.Mask(state)) << "a mask is made once";
    ASSERT_TRUE(decoder_.Accept(state, static_cast<uint8_t>(byte)));
  }
}

TEST_F(DecoderTest, ForcesWhatNothingCanChange) {
  // The vocabulary has ": and ": " in one token, so only what follows tells which it will be.
  EXPECT_EQ(Text(decoder_.Forced(decoder_.Start())), R"({"kind)");
  EXPECT_EQ(Text(decoder_.Forced(After(R"({"kind": null)"))), R"(, "ok": )");
  EXPECT_EQ(Text(decoder_.Forced(After(R"({"kind": "ab)"))), "");
  EXPECT_EQ(Text(decoder_.Forced(After(R"({"kind": "abc")"))), R"(, "ok": )");
  EXPECT_EQ(Text(decoder_.Forced(After(R"({"kind": "abc", "ok": t)"))), R"(rue, ")");
  EXPECT_EQ(Text(decoder_.Forced(After(R"({"kind": "abc", "ok": true, "tags": ["abc)"))), "")
      << "the quote may be part of a longer token";
  EXPECT_EQ(Text(decoder_.Forced(After(R"({"kind": "abc", "ok": true, "tags": ["abc", "abc)"))), "\"]}");
  EXPECT_TRUE(decoder_.Forced(After(R"({"kind": "abc", "ok": true, "tags": ["a"]})")).empty());
}

TEST_F(DecoderTest, ForcesWholeCharactersOnly) {
  // Both characters begin with the bytes E6 9D.
  const Decoder decoder(GrammarOf(R"({"enum":["東","松"]})"), vocabulary_,
                        [this](std::string_view text) { return LongestTokens(*vocabulary_, text); });
  EXPECT_EQ(Text(decoder.Forced(decoder.Start())), "\"");
  State state = decoder.Start();
  for (const char byte : std::string_view("\"\xE6")) ASSERT_TRUE(decoder.Accept(state, static_cast<uint8_t>(byte)));
  EXPECT_TRUE(decoder.Forced(state).empty());
}

TEST_F(DecoderTest, FastForwardChangesNoToken) {
  for (const std::string_view answer : {R"({"kind": "東", "ok": false, "count": 120, "tags": ["a", "bcd"]})",
                                        R"({"kind": null, "ok": true, "tags": [""]})",
                                        R"({"kind": "abc", "ok": true, "count": 0, "tags": ["\",a", "東京"]})"}) {
    const auto slow = Write(answer, false);
    EXPECT_EQ(Text(slow), answer);
    EXPECT_EQ(Write(answer, true), slow) << answer;
  }
}

TEST_F(DecoderTest, PicksTheBestTokenThatMayCome) {
  std::vector<float> logits(static_cast<size_t>(vocabulary_->size()), -1);
  const State state = After(R"({"kind": "ab)");
  logits['x'] = 5;
  logits['d'] = 2;
  logits['c'] = 1;
  EXPECT_EQ(decoder_.Pick(state, logits), 'd');
  logits['x'] = std::numeric_limits<float>::quiet_NaN();
  logits['d'] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(decoder_.Pick(state, logits), 'c');
  logits['d'] = 1;
  EXPECT_EQ(decoder_.Pick(state, logits), 'c') << "of equal ones the first";
  EXPECT_EQ(decoder_.Pick(state, std::span(logits).first(40)), -1) << "none of them may come";
  logits.resize(logits.size() + 100, 9);
  EXPECT_EQ(decoder_.Pick(state, logits), 'c') << "numbers beyond the vocabulary are no tokens";
}

TEST_F(DecoderTest, IsSharedByThreads) {
  const std::string_view answer = R"({"kind": "abd", "ok": true, "count": 7, "tags": ["a", "bc"]})";
  std::vector<std::vector<Token>> forced(4);
  std::vector<std::thread> threads;
  for (auto& mine : forced) {
    threads.emplace_back([&] {
      State state = decoder_.Start();
      for (const char byte : answer) {
        const TokenMask& mask = decoder_.Mask(state);
        const auto bit = static_cast<uint8_t>(byte);
        EXPECT_TRUE((mask[bit / 64] >> (bit % 64) & 1) != 0);
        const auto run = decoder_.Forced(state);
        mine.insert(mine.end(), run.begin(), run.end());
        EXPECT_TRUE(decoder_.Accept(state, bit));
      }
      EXPECT_TRUE(decoder_.Complete(state));
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& other : forced) EXPECT_EQ(other, forced.front());
  EXPECT_FALSE(forced.front().empty());
}

TEST_F(DecoderTest, DoesWithoutMemory) {
  const Decoder decoder(GrammarOf(kSchema, {}), vocabulary_, nullptr, {.mask_bytes_max = 0, .forced_bytes_max = 0});
  EXPECT_EQ(decoder.Mask(decoder.Start()), decoder_.Mask(decoder_.Start()));
  EXPECT_TRUE(decoder.Forced(decoder.Start()).empty());
}

}  // namespace
}  // namespace yk::constrain
