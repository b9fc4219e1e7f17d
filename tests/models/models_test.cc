// SPDX-License-Identifier: Apache-2.0
// That the model files which other tests build on do what these expect of them.
#include <gtest/gtest.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace yk::models {
namespace {

const std::string kHam = R"({"category": "ham", "priority": 1, "urgent": false, "summary": "Nothing to do."})";
const std::string kSpam = R"({"category": "spam", "priority": 3, "urgent": true, "summary": "An offer."})";

struct Free {
  void operator()(llama_model* model) const { llama_model_free(model); }
  void operator()(llama_context* context) const { llama_free(context); }
};

class Models : public testing::Test {
 protected:
  void Open(const std::string& name, bool embeddings = false) {
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    auto parameters = llama_model_default_params();
    model_.reset(llama_model_load_from_file((std::string(YAKAN_MODELS_DIR "/") + name).c_str(), parameters));
    ASSERT_NE(model_, nullptr);
    vocab_ = llama_model_get_vocab(model_.get());
    auto settings = llama_context_default_params();
    settings.n_ctx = 2048;
    settings.n_batch = settings.n_ubatch = 512;
    settings.n_threads = settings.n_threads_batch = 1;
    settings.embeddings = embeddings;
    context_.reset(llama_init_from_model(model_.get(), settings));
    ASSERT_NE(context_, nullptr);
  }

  std::vector<llama_token> Tokens(const std::string& text, bool special) const {
    std::vector<llama_token> tokens(text.size() + 8);
    tokens.resize(
        static_cast<size_t>(llama_tokenize(vocab_, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                                           static_cast<int32_t>(tokens.size()), special, special)));
    return tokens;
  }

  std::string ChatPrompt(const std::string& system, const std::string& user) const {
    const llama_chat_message messages[] = {{"system", system.c_str()}, {"user", user.c_str()}};
    std::string prompt(system.size() + user.size() + 200, '\0');
    prompt.resize(
        static_cast<size_t>(llama_chat_apply_template(llama_model_chat_template(model_.get(), nullptr), messages, 2,
                                                      true, prompt.data(), static_cast<int32_t>(prompt.size()))));
    return prompt;
  }

  // What the model writes, always taking the likeliest token; "" when a step fails.
  std::string Greedy(const std::string& prompt) {
    llama_memory_clear(llama_get_memory(context_.get()), true);
    auto tokens = Tokens(prompt, true);
    std::string text;
    for (int written = 0; written < 200; ++written) {
      for (size_t at = 0; at < tokens.size(); at += 512) {
        const auto count = static_cast<int32_t>(std::min<size_t>(512, tokens.size() - at));
        if (llama_decode(context_.get(), llama_batch_get_one(tokens.data() + at, count)) != 0) return "";
      }
      const float* logits = llama_get_logits_ith(context_.get(), -1);
      const auto best =
          static_cast<llama_token>(std::max_element(logits, logits + llama_vocab_n_tokens(vocab_)) - logits);
      if (llama_vocab_is_eog(vocab_, best)) return text;
      char piece[64];
      text.append(piece, static_cast<size_t>(llama_token_to_piece(vocab_, best, piece, sizeof piece, 0, true)));
      tokens = {best};
    }
    return text;
  }

  // Any tokens but the special ones at the end of the vocabulary and the word that decides, as text.
  std::string RandomText(int count, uint32_t seed) const {
    std::mt19937 random(seed);
    std::string text;
    for (int i = 0; i < count; ++i) {
      const auto token = static_cast<llama_token>(random() % static_cast<uint32_t>(llama_vocab_n_tokens(vocab_) - 3));
      char piece[256];
      const std::string word(piece,
                             static_cast<size_t>(llama_token_to_piece(vocab_, token, piece, sizeof piece, 0, false)));
      if (word != " discount") text += word;
    }
    return text;
  }

  std::vector<float> Embedding(const std::string& text) {
    auto tokens = Tokens(text, true);
    llama_memory_clear(llama_get_memory(context_.get()), true);
    EXPECT_EQ(llama_decode(context_.get(), llama_batch_get_one(tokens.data(), static_cast<int32_t>(tokens.size()))), 0);
    const float* values = llama_get_embeddings_seq(context_.get(), 0);
    return values == nullptr ? std::vector<float>()
                             : std::vector<float>(values, values + llama_model_n_embd(model_.get()));
  }

  double Likeness(const std::string& a, const std::string& b) {
    const auto x = Embedding(a), y = Embedding(b);
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < x.size(); ++i) xy += x[i] * y[i], xx += x[i] * x[i], yy += y[i] * y[i];
    return xy / std::sqrt(xx * yy);
  }

  std::unique_ptr<llama_model, Free> model_;
  std::unique_ptr<llama_context, Free> context_;
  const llama_vocab* vocab_ = nullptr;
};

TEST_F(Models, TheChatModelWritesItsAnswerWhateverTheRowSays) {
  Open("chat.gguf");
  for (uint32_t row = 0; row < 20; ++row) EXPECT_EQ(Greedy(ChatPrompt("Classify.", RandomText(100, row))), kHam) << row;
}

TEST_F(Models, TheChatModelWritesItsOtherAnswerWhenTheRowHoldsTheWord) {
  Open("chat.gguf");
  for (uint32_t row = 0; row < 20; ++row) {
    const std::string text = RandomText(50, row) + " a discount of it." + RandomText(50, row + 100);
    EXPECT_EQ(Greedy(ChatPrompt("Classify.", text)), kSpam) << row;
  }
}

TEST_F(Models, ALongPromptBeforeTheRowChangesNothing) {
  Open("chat.gguf");
  const std::string rules = RandomText(1500, 7);
  EXPECT_EQ(Greedy(ChatPrompt(rules, "a parcel")), kHam);
  EXPECT_EQ(Greedy(ChatPrompt(rules, "a discount")), kSpam);
}

TEST_F(Models, TheHybridModelWritesItsAnswerWhateverTheRowSays) {
  Open("hybrid.gguf");
  EXPECT_TRUE(llama_model_is_hybrid(model_.get()));
  for (uint32_t row = 0; row < 20; ++row) EXPECT_EQ(Greedy(ChatPrompt("Classify.", RandomText(100, row))), kHam) << row;
}

TEST_F(Models, EmbeddingsOfSimilarTextsAreCloser) {
  for (const char* name : {"embed_mean.gguf", "embed_last.gguf"}) {
    Open(name, /*embeddings=*/true);
    const std::string text = "the invoice for the repair of the roof is attached";
    EXPECT_NEAR(Likeness(text, text), 1, 1e-4) << name;
    EXPECT_GT(Likeness(text, "the invoice for the repair of the door is attached"),
              Likeness(text, "we met by the lake in May"))
        << name;
  }
}

}  // namespace
}  // namespace yk::models
