// SPDX-License-Identifier: Apache-2.0
// Forced tokens on real vocabularies: they never change what a model writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "constrain/decoder.h"
#include "constrain/grammar.h"
#include "llama/tokenizer.h"

namespace yk::llama {
namespace {

constexpr const char* kFields = R"({
  "type": "object",
  "properties": {
    "category": {"type": "string", "enum": ["complaint", "praise", "question", "other", "苦情"]},
    "score": {"type": "integer", "minimum": -5, "maximum": 150},
    "urgent": {"type": "boolean"},
    "product": {"type": ["string", "null"], "maxLength": 40},
    "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "ab", "abc", "late"]}, "maxItems": 4},
    "summary": {"type": "string", "maxLength": 80}
  },
  "required": ["category", "score", "urgent", "product", "tags", "summary"],
  "additionalProperties": false})";
constexpr const char* kEnums = R"({
  "type": "object",
  "properties": {
    "spam": {"enum": ["yes", "no", "unclear"]}, "legal": {"enum": ["yes", "no", "unclear"]},
    "delivery": {"enum": ["yes", "no", "unclear"]}, "amount": {"type": "integer"}, "vip": {"type": "boolean"},
    "言語": {"enum": ["日本語", "英語"]}
  },
  "required": ["spam", "legal", "delivery", "amount", "vip", "言語"],
  "additionalProperties": false})";

constexpr const char* kFieldAnswers[] = {
    R"({"category": "complaint", "score": 12, "urgent": true, "product": "kettle", "tags": ["a", "abc", "late"], "summary": "The lid does not close."})",
    R"({"category": "苦情", "score": -5, "urgent": false, "product": null, "tags": [], "summary": "蓋が閉まらない。\"すぐに\"交換"})",
    R"({"category": "other", "score": 150, "urgent": false, "product": "", "tags": ["ab"], "summary": ""})",
};
constexpr const char* kEnumAnswers[] = {
    R"({"spam": "yes", "legal": "unclear", "delivery": "no", "amount": 1234567, "vip": true, "言語": "日本語"})",
    R"({"spam": "unclear", "legal": "no", "delivery": "yes", "amount": -1, "vip": false, "言語": "英語"})",
};

std::string Compact(const std::string& text) { return DumpJson(*ParseJson(text)); }

class FastForwardTest : public ::testing::TestWithParam<const char*> {
 protected:
  struct Written {
    std::vector<Token> tokens;
    size_t forced = 0;
  };

  /// What a model writes that would write exactly these tokens if nobody constrained it.
  static Written Write(const constrain::Decoder& decoder, const std::vector<Token>& wanted) {
    Written out;
    constrain::State state = decoder.Start();
    const auto accept = [&](Token token) {
      EXPECT_TRUE(decoder.Accept(state, token)) << "token " << token << " after " << out.tokens.size();
      out.tokens.push_back(token);
    };
    while (!decoder.Complete(state) && out.tokens.size() < wanted.size() + 8) {
      const std::vector<Token> forced = decoder.Forced(state);
      for (const Token token : forced) accept(token);
      out.forced += forced.size();
      if (decoder.Complete(state)) break;
      if (out.tokens.size() >= wanted.size()) break;
      std::vector<float> logits(static_cast<size_t>(decoder.vocabulary().size()), 0.0F);
      logits[static_cast<size_t>(wanted[out.tokens.size()])] = 1.0F;
      accept(decoder.Pick(state, logits));
      if (::testing::Test::HasFailure()) break;
    }
    return out;
  }
};

TEST_P(FastForwardTest, ForcedTokensAreThoseTheModelWouldHaveWritten) {
  auto weights = Weights::LoadVocabulary(std::string(YAKAN_LLAMA_DIR) + "/models/ggml-vocab-" + GetParam() + ".gguf");
  ASSERT_TRUE(weights) << weights.error().ToString();
  const Tokenizer tokenizer(*weights);
  const auto tokenize = [&](std::string_view text) { return tokenizer.Data(text); };
  size_t forced = 0, all = 0;
  const auto check = [&](const char* schema, std::span<const char* const> answers) {
    for (const bool compact : {false, true}) {
      constrain::GrammarOptions options;
      options.compact = compact;
      auto grammar = constrain::Grammar::Compile(*ParseJson(schema), options);
      ASSERT_TRUE(grammar) << grammar.error().ToString();
      const constrain::Decoder with(*grammar, tokenizer.pieces(), tokenize), without(*grammar, tokenizer.pieces(), {});
      for (const std::string answer : answers) {
        const std::string text = compact ? Compact(answer) : answer;
        SCOPED_TRACE(text);
        const std::vector<Token> wanted = tokenizer.Data(text);
        const Written plain = Write(without, wanted), fast = Write(with, wanted);
        EXPECT_EQ(plain.tokens, wanted);
        EXPECT_EQ(plain.forced, 0U);
        EXPECT_EQ(fast.tokens, wanted);
        forced += fast.forced;
        all += fast.tokens.size();
      }
    }
  };
  check(kFields, kFieldAnswers);
  check(kEnums, kEnumAnswers);
  EXPECT_GT(forced * 10, all * 3) << "less than three tokens in ten are forced: " << forced << " of " << all;
}

INSTANTIATE_TEST_SUITE_P(Vocabularies, FastForwardTest,
                         ::testing::Values("qwen2", "llama-bpe", "gemma-4", "qwen35", "deepseek-llm", "phi-3",
                                           "llama-spm", "gpt-2", "command-r", "falcon"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace yk::llama
