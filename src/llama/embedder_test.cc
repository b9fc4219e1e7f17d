// SPDX-License-Identifier: Apache-2.0
#include "llama/embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace yk::llama {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

EmbedderOptions File(const std::string& name) {
  EmbedderOptions options;
  options.path = std::string(YAKAN_MODELS_DIR) + "/" + name;
  options.batch = 512;
  options.threads = 1;
  return options;
}

std::vector<std::string> Texts() {
  std::vector<std::string> texts;
  for (int i = 0; i < 30; ++i) {
    std::string text;
    for (int word = 0; word <= (i * 7) % 40; ++word)
      text += (word % 2 == 0 ? "row " : "契約書 ") + std::to_string(i * word) + " ";
    texts.push_back(text);
  }
  return texts;
}

void ExpectNear(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-3) << "number " << i;
}

class EmbedderTest : public ::testing::TestWithParam<const char*> {};

TEST_P(EmbedderTest, TextsTogetherGiveTheVectorsTheyGiveAlone) {
  auto together = Embedder::Open(File(GetParam()));
  ASSERT_TRUE(together) << together.error().ToString();
  auto alone = Embedder::Open(File(GetParam()));
  ASSERT_TRUE(alone);
  const auto texts = Texts();
  const auto vectors = (*together)->Embed(texts);
  ASSERT_EQ(vectors.size(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_TRUE(vectors[i]) << vectors[i].error().ToString();
    ASSERT_EQ(vectors[i]->size(), static_cast<size_t>((*together)->width()));
    EXPECT_NEAR(std::inner_product(vectors[i]->begin(), vectors[i]->end(), vectors[i]->begin(), 0.0), 1.0, 1e-4);
    ExpectNear(*vectors[i], *(*alone)->Embed(std::vector<std::string>{texts[i]})[0]);
  }
  EXPECT_NE(*vectors[1], *vectors[2]);
}

TEST_P(EmbedderTest, ATextLongerThanABatchIsToldTheNumbersAndHarmsNoOther) {
  auto embedder = Embedder::Open(File(GetParam()));
  ASSERT_TRUE(embedder);
  std::string endless;
  for (int i = 0; i < 2000; ++i) endless += "word ";
  const auto vectors = (*embedder)->Embed(std::vector<std::string>{"short", endless, ""});
  EXPECT_TRUE(vectors[0]);
  EXPECT_THAT(vectors[1].error().ToString(), AllOf(HasSubstr("512"), HasSubstr("split")));
  EXPECT_TRUE(vectors[2]) << "an empty text has a vector too";
}

TEST(EmbedderTextMax, ATextBeyondTheModelsPositionsIsToldTheNumbersAndHarmsNoOther) {
  EmbedderOptions options = File("embed_mean.gguf");  // of 512 positions
  options.batch = 2048;
  auto embedder = Embedder::Open(options);
  ASSERT_TRUE(embedder);
  std::string longer;
  for (int i = 0; i < 600; ++i) longer += "word ";
  const auto vectors = (*embedder)->Embed(std::vector<std::string>{"short", longer});
  EXPECT_TRUE(vectors[0]);
  EXPECT_THAT(vectors[1].error().ToString(), AllOf(HasSubstr("the embedding model reads 512"), HasSubstr("split")));
}

INSTANTIATE_TEST_SUITE_P(Models, EmbedderTest, ::testing::Values("embed_last.gguf", "embed_mean.gguf"));

TEST(EmbedderInstruction, IsComputedOnceAndGivesTheSameVectors) {
  EmbedderOptions with = File("embed_last.gguf");
  with.instruction = "Find documents that answer this question.\n";
  auto shared = Embedder::Open(with), plain = Embedder::Open(File("embed_last.gguf"));
  ASSERT_TRUE(shared);
  ASSERT_TRUE(plain);
  const auto texts = Texts();
  std::vector<std::string> whole;
  for (const auto& text : texts) whole.push_back(with.instruction + text);
  const auto a = (*shared)->Embed(texts);
  const auto b = (*plain)->Embed(whole);
  for (size_t i = 0; i < texts.size(); ++i) ExpectNear(*a[i], *b[i]);
  EXPECT_LT((*shared)->tokens(), (*plain)->tokens());
}

TEST(EmbedderInstruction, AModelThatIsNoneIsRefused) {
  EXPECT_THAT(Embedder::Open(File("chat.gguf")).error().ToString(), HasSubstr("no embedding model"));
}

}  // namespace
}  // namespace yk::llama
