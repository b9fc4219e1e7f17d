// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <llama.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gguf_file.h"

namespace yk::models {

/// Takes the vocabulary of the model file `path` over into `file`. `size` > 0 keeps that many of the commonest tokens
/// and the special ones behind them (byte-pair vocabularies only: their tokens stand in the order in which they were
/// merged, so the first of them are a vocabulary again). Returns the number of tokens.
Result<uint32_t> AddVocabulary(const std::string& path, size_t size, GgufFile& file);

/// llama.cpp's own tokenizer on the vocabulary of a model file.
class Tokenizer {
 public:
  static Result<Tokenizer> Open(const std::string& path);

  /// The tokens of a text; names of special tokens in it stand for these.
  std::vector<int32_t> Tokens(const std::string& text) const;

 private:
  struct FreeModel {
    void operator()(llama_model* model) const { llama_model_free(model); }
  };
  explicit Tokenizer(llama_model* model) : model_(model) {}
  std::unique_ptr<llama_model, FreeModel> model_;
};

}  // namespace yk::models
