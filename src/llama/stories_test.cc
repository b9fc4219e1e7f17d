// SPDX-License-Identifier: Apache-2.0
// A real, trained, tiny model, where the shared folder holds one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/json.h"
#include "constrain/grammar.h"
#include "llama/context_compute.h"
#include "llama/scheduler.h"
#include "text/schema.h"

namespace yk::llama {
namespace {

std::filesystem::path ModelsFolder() {
  const char* named = std::getenv("YAKAN_SHARED");
  const std::filesystem::path shared =
      named != nullptr ? std::filesystem::path(named) : std::filesystem::path(YAKAN_SOURCE_DIR) / "../shared";
  return shared / "data" / "models";
}

class StoriesTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(ModelsFolder() / GetParam())) GTEST_SKIP() << "the shared folder is not here";
    Options options;
    options.path = ModelsFolder() / GetParam();
    options.threads = 1;
    options.batch = 128;
    options.context = 4096;
    options.parallel = 8;
    auto weights = Weights::Load(options);
    ASSERT_TRUE(weights) << weights.error().ToString();
    tokenizer_ = std::make_unique<Tokenizer>(*weights);
    auto compute = ContextCompute::Open(*weights, options, 8 + 2);
    ASSERT_TRUE(compute) << compute.error().ToString();
    compute_ = std::move(compute).value();
    scheduler_ = std::make_unique<Scheduler>(*compute_, *tokenizer_, clock_, Scheduler::Options{8, 2, {}});
    golden_ = (*ParseJson(*ReadFile(ModelsFolder() / "golden.json")))[GetParam()];
  }

  void Add(uint64_t id, const std::string& prompt, int tokens, std::shared_ptr<const constrain::Decoder> decoder = {},
           double temperature = 0) {
    RowSpec row;
    row.id = id;
    row.prompt.head = std::make_shared<Head>();
    row.prompt.tail = tokenizer_->Markup(prompt, true);
    row.decoder = std::move(decoder);
    row.sampling.tokens_max = tokens;
    row.sampling.temperature = temperature;
    row.sampling.seed = static_cast<int64_t>(id);
    scheduler_->Add(std::move(row));
  }

  std::map<uint64_t, model::Answer> Run() {
    std::map<uint64_t, model::Answer> answers;
    while (!scheduler_->idle()) {
      for (RowEnd& end : scheduler_->Step()) {
        EXPECT_TRUE(end.outcome.answer);
        if (end.outcome.answer) answers[end.id] = std::move(*end.outcome.answer);
      }
    }
    return answers;
  }

  SystemClock clock_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::unique_ptr<Compute> compute_;
  std::unique_ptr<Scheduler> scheduler_;
  Json golden_;
};

TEST_P(StoriesTest, TokensAreThoseOfTheReference) {
  for (const Json& one : golden_["tokenize"])
    EXPECT_EQ(tokenizer_->Markup(one["text"].get<std::string>(), one["add_bos"].get<bool>()),
              one["ids"].get<std::vector<Token>>());
}

TEST_P(StoriesTest, GreedyTextIsThatOfTheReference) {
  uint64_t id = 0;
  for (const Json& one : golden_["greedy"]) Add(id++, one["prompt"].get<std::string>(), one["n_predict"].get<int>());
  const auto answers = Run();
  id = 0;
  for (const Json& one : golden_["greedy"]) EXPECT_EQ(answers.at(id++).body, one["text"].get<std::string>());
}

TEST_P(StoriesTest, AHundredSeedsUnderASchemaAreValid) {
  const Json schema = golden_["schema"]["schema"];
  const auto checker = text::JsonSchema::Compile(schema);
  ASSERT_TRUE(checker);
  auto grammar = constrain::Grammar::Compile(schema);
  ASSERT_TRUE(grammar) << grammar.error().ToString();
  const auto decoder = std::make_shared<const constrain::Decoder>(
      *grammar, tokenizer_->pieces(), [this](std::string_view text) { return tokenizer_->Data(text); });
  for (uint64_t seed = 0; seed < 100; ++seed) Add(seed, "Once upon a time", 200, decoder, 1.0);
  const auto answers = Run();
  ASSERT_EQ(answers.size(), 100U);
  std::set<std::string> different;
  for (const auto& [seed, answer] : answers) {
    ASSERT_EQ(answer.finish, model::Finish::kStop) << answer.body;
    const auto parsed = ParseJson(answer.body);
    ASSERT_TRUE(parsed) << answer.body;
    EXPECT_TRUE((*checker)->Validate(*parsed).empty()) << answer.body;
    different.insert(answer.body);
  }
  EXPECT_GT(different.size(), 50U);
}

INSTANTIATE_TEST_SUITE_P(Models, StoriesTest, ::testing::Values("stories260K.gguf", "stories260K-q8_0.gguf"),
                         [](const auto& info) {
                           return std::string(info.param).find("q8") == std::string::npos ? "f32" : "q8_0";
                         });

}  // namespace
}  // namespace yk::llama
