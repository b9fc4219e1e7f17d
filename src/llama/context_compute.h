// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "llama/compute.h"
#include "llama/options.h"
#include "llama/weights.h"

struct llama_context;
struct ggml_threadpool;

namespace yk::llama {

/// Compute on a context of llama.cpp, with one cache for all sequences (`kv_unified`), so that a shared prefix is
/// stored and read once, or with a stream for each when the options say so.
class ContextCompute final : public Compute {
 public:
  /// `sequences`: how many may exist. kExhausted, with the numbers: the cache does not fit into memory.
  static Result<std::unique_ptr<ContextCompute>> Open(std::shared_ptr<const Weights> weights, const Options& options,
                                                      Sequence sequences);
  ~ContextCompute() override;

  Limits limits() const override;
  StepResult Step(std::span<const BatchToken> batch) override;
  std::span<const float> Logits(size_t index) override;
  void Share(Sequence from, Sequence to, int32_t tokens) override;
  void Cut(Sequence sequence, int32_t tokens) override;
  void Drop(Sequence sequence) override;
  Result<void> Restart() override;
  Result<void> Save(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) override;
  size_t Load(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) override;
  void Interrupt() override { interrupted_ = true; }

 private:
  struct Batch;
  ContextCompute(std::shared_ptr<const Weights> weights, const Options& options, Sequence sequences, int64_t cells);
  Result<void> Make();

  const std::shared_ptr<const Weights> weights_;
  const Options options_;
  const Sequence sequences_;
  const int64_t cells_;
  int64_t cells_of_one_ = 0;  ///< that one sequence may have, as the library rounds it
  std::unique_ptr<Batch> batch_;
  ggml_threadpool* threads_ = nullptr;
  llama_context* context_ = nullptr;
  std::atomic<bool> interrupted_{false};
};

/// Cores this process may use: what its affinity and its control group allow, hyper-threads counted once.
int UsableCores();

}  // namespace yk::llama
