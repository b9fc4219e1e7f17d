// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "llama/options.h"

struct llama_model;
struct llama_vocab;

namespace yk::llama {

/// What a model file says about itself.
struct WeightsInfo {
  std::filesystem::path path;
  std::string architecture, description, quantisation;
  uint64_t file_bytes = 0, parameters = 0;
  uint64_t cache_bytes_per_token = 0;  ///< of one row, at 16 bits a value; an upper bound
  int64_t context_trained = 0;         ///< tokens
  int32_t embedding_width = 0;
  bool has_chat_template = false;
  bool recurrent = false;     ///< keeps a state that cannot be cut back (Mamba and hybrids of it)
  bool encoder_only = false;  ///< has no causal head: writes nothing
  bool plain_scores = true;   ///< attention neither bounds its scores (Gemma 2) nor lowers them by distance (ALiBi)
  bool embeds = false;        ///< was made to turn text into vectors; encoders are, and some decoders
  /// Digest over the header, the size and samples of the weights: equal files have equal ones, and telling two models
  /// apart does not mean reading gigabytes.
  std::string digest;
};

/// A loaded model file. Immutable; may be shared by contexts.
class Weights {
 public:
  ~Weights();
  Weights(const Weights&) = delete;
  Weights& operator=(const Weights&) = delete;

  /// kNotFound, kUnauthorized: the file. kInvalid: it is damaged, truncated, or no model this version can run, with the
  /// reason. kExhausted: it does not fit into the memory that is free.
  static Result<std::shared_ptr<const Weights>> Load(const Options& options);
  /// The tokenizer alone, without the weights: for files that hold nothing else.
  static Result<std::shared_ptr<const Weights>> LoadVocabulary(const std::filesystem::path& path);

  llama_model* get() const { return model_; }
  const llama_vocab* vocab() const;
  const WeightsInfo& info() const { return info_; }

  /// Whether the path still names the file that was loaded, unchanged. It is mapped into memory: when somebody writes
  /// into it, answers are worth nothing.
  Result<void> StillThere() const;
  /// kInvalid: the model makes vectors and writes nothing.
  Result<void> CheckWrites() const;

 private:
  struct Stamp {
    uint64_t device = 0, inode = 0, size = 0;
    int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  Weights() = default;
  static Result<std::shared_ptr<const Weights>> LoadAs(const Options& options, bool vocabulary_only);
  static Result<Stamp> StampOf(const std::filesystem::path& path);

  llama_model* model_ = nullptr;
  WeightsInfo info_;
  Stamp stamp_;
};

}  // namespace yk::llama
