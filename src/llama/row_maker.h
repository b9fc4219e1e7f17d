// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>

#include "llama/row.h"

namespace yk::llama {

/// Requests to rows: prompt and answer automaton. Both are made once for a step and remembered. Not thread-safe.
class RowMaker {
 public:
  RowMaker(const Tokenizer& tokenizer, const ChatFormat& format, int thinking_tokens, bool fast_forward = true);

  /// kInvalid: the chat template or the schema cannot be used.
  Result<RowSpec> Make(uint64_t id, const model::Request& request);

 private:
  struct Compiled {
    std::shared_ptr<const Json> schema;
    std::shared_ptr<const constrain::Decoder> decoder;
  };
  Result<std::shared_ptr<const constrain::Decoder>> DecoderFor(const std::shared_ptr<const Json>& schema);

  const Tokenizer& tokenizer_;
  const int thinking_tokens_;
  const bool fast_forward_;
  PromptMaker prompts_;
  std::list<Compiled> compiled_;  ///< the last used first
};

}  // namespace yk::llama
