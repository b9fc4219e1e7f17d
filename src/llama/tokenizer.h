// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/vocabulary.h"
#include "llama/weights.h"

namespace yk::llama {

using constrain::Token;

/// Text to tokens of one model and back. Immutable, thread-safe.
class Tokenizer {
 public:
  explicit Tokenizer(std::shared_ptr<const Weights> weights);

  /// Text that is data: what looks like a control token (`<|im_end|>`) stays text. It stands in the middle of a prompt
  /// or an answer, so vocabularies that mark the start of a text by a space do not add one.
  std::vector<Token> Data(std::string_view text) const;

  /// Text of ours and of the chat template, in which control tokens count. `first`: the prompt begins here, and gets
  /// the token that models expect at the start unless the template has written it.
  std::vector<Token> Markup(std::string_view text, bool first) const;

  /// A text alone, with whatever the model wants before and after it: for embeddings.
  std::vector<Token> Whole(std::string_view text) const;
  /// The token that the model wants after a text, if it does.
  std::optional<Token> TextEnd() const;

  /// What a token writes; empty for control tokens.
  std::string_view Bytes(Token token) const { return pieces_->Bytes(token); }
  /// As `Bytes`, control tokens spelled out: for looking at prompts.
  std::string Spelled(Token token) const;
  /// The model says that its turn is over.
  bool EndsTurn(Token token) const { return ends_turn_[static_cast<size_t>(token)]; }
  int32_t size() const { return pieces_->size(); }

  const std::shared_ptr<const constrain::Vocabulary>& pieces() const { return pieces_; }
  std::string BeginText() const;  ///< how the template may spell the token at the start; empty: there is none
  std::string EndText() const;

 private:
  std::vector<Token> Run(std::string_view text, bool special, bool whole = false) const;

  std::shared_ptr<const Weights> weights_;
  const llama_vocab* vocab_;
  std::shared_ptr<const constrain::Vocabulary> pieces_;
  std::vector<bool> ends_turn_;
  bool adds_space_ = false;  ///< writes a space before the first word of every text
};

}  // namespace yk::llama
