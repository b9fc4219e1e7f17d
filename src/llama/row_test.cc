// SPDX-License-Identifier: Apache-2.0
#include "llama/row.h"

#include <gtest/gtest.h>

#include "llama/weights.h"

namespace yk::llama {
namespace {

class RowTest : public ::testing::Test {
 protected:
  RowTest()
      : tokenizer_(Weights::LoadVocabulary(std::string(YAKAN_LLAMA_DIR) + "/models/ggml-vocab-qwen2.gguf").value()) {}

  static RowSpec Thinking(int tokens) {
    RowSpec spec;
    spec.prompt.head = std::make_shared<const Head>(Head{{1, 2, 3}});
    spec.prompt.tail = {4, 5};
    spec.prompt.thinking_end = std::make_shared<const std::vector<Token>>(std::vector<Token>{990, 991});
    spec.thinking_tokens = tokens;
    spec.sampling.tokens_max = 10;
    return spec;
  }
  /// The model's next token is this one.
  std::optional<model::Finish> Say(Row& row, Token token) const {
    std::vector<float> logits(static_cast<size_t>(tokenizer_.size()), 0.0F);
    logits[static_cast<size_t>(token)] = 1;
    return row.Advance(logits);
  }

  const Tokenizer tokenizer_;
};

TEST_F(RowTest, TheAnswerBeginsWhereTheModelEndsItsThought) {
  Row row(Thinking(100), tokenizer_);
  for (const Token token : {5, 6, 7, 990, 991}) ASSERT_FALSE(Say(row, token));
  ASSERT_FALSE(Say(row, 8));
  EXPECT_EQ(row.UsageSoFar(false).tokens_out, 6);
  EXPECT_EQ(row.line(), (std::vector<Token>{4, 5, 5, 6, 7, 990, 991, 8})) << "the end is not written twice";
  EXPECT_EQ(row.TakeAnswer(model::Finish::kStop).body, tokenizer_.Bytes(8));
}

TEST_F(RowTest, AThoughtThatIsTooLongIsEnded) {
  Row row(Thinking(3), tokenizer_);
  for (const Token token : {5, 6, 7}) ASSERT_FALSE(Say(row, token));
  ASSERT_FALSE(Say(row, 8));
  EXPECT_EQ(row.line(), (std::vector<Token>{4, 5, 5, 6, 990, 991, 8}));
  EXPECT_EQ(row.TakeAnswer(model::Finish::kStop).body, tokenizer_.Bytes(8));
}

}  // namespace
}  // namespace yk::llama
