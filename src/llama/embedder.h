// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "llama/tokenizer.h"
#include "llama/weights.h"

struct llama_context;
struct ggml_threadpool;

namespace yk::llama {

struct EmbedderOptions {
  std::filesystem::path path;
  /// Most tokens of one text.
  int batch = 2048;
  /// Tokens of the texts that are computed together. More leave a processor's caches (2,048 take 1.2 times as long as
  /// 256); a GPU may want more.
  int together = 256;
  int threads = 0;      ///< 0: one for each physical core
  int gpu_layers = -1;  ///< -1: all
  /// Precedes every text, for models that want to be told what a vector is for ("query: "). Models that read from left
  /// to right compute it once.
  std::string instruction;
};

/// Turns texts into vectors with an embedding model: texts of similar length together, pooled as the model says,
/// normalised to length 1. Not thread-safe.
class Embedder {
 public:
  ~Embedder();

  /// As Weights::Load; kInvalid also when the model does not say how it pools.
  static Result<std::unique_ptr<Embedder>> Open(const EmbedderOptions& options);

  int32_t width() const { return weights_->info().embedding_width; }
  const WeightsInfo& info() const { return weights_->info(); }

  /// One result for each text, in their order: a vector of width() numbers, or kInvalid for a text longer than a batch,
  /// with the numbers, or what the model failed with.
  std::vector<Result<std::vector<float>>> Embed(std::span<const std::string> texts);

  /// Tokens computed so far; an instruction that is shared counts once.
  int64_t tokens() const { return tokens_; }

 private:
  struct Batch;
  struct Item {
    size_t text = 0;
    std::vector<Token> tokens;
  };
  Embedder(std::shared_ptr<const Weights> weights, const EmbedderOptions& options);
  Result<void> Start();
  Result<void> ComputeInstruction();
  size_t TextMax() const;
  std::vector<Token> TokensOf(const std::string& text) const;
  Result<void> Compute(std::span<const Item> items, std::vector<Result<std::vector<float>>>& out);

  const std::shared_ptr<const Weights> weights_;
  const EmbedderOptions options_;
  const Tokenizer tokenizer_;
  std::unique_ptr<Batch> batch_;
  ggml_threadpool* threads_ = nullptr;
  llama_context* context_ = nullptr;
  bool causal_ = false;
  size_t shared_ = 0;  ///< tokens of the instruction that are in the cache, in sequence 0
  int64_t tokens_ = 0;
};

}  // namespace yk::llama
