// SPDX-License-Identifier: Apache-2.0
// Which tokens may come next in a model's answer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "constrain/forced_run.h"
#include "constrain/grammar.h"
#include "constrain/state.h"
#include "constrain/state_memo.h"
#include "constrain/stepper.h"
#include "constrain/token_mask.h"
#include "constrain/vocabulary.h"

namespace yk::constrain {

struct DecoderOptions {
  size_t mask_bytes_max = size_t{128} << 20;   ///< memory for masks; a mask has one bit per token
  size_t forced_bytes_max = size_t{16} << 20;  ///< memory for forced runs
};

/// Decides on tokens: a grammar over a vocabulary, shared by all rows of a schema. Thread-safe; masks and forced runs
/// are worked out once per state. Sample first, verify the one token (Allows), and ask for the Mask only when it is
/// refused: a check takes microseconds, a mask milliseconds once.
class Decoder {
 public:
  /// `tokenize`: canonical tokens of a text that stands in the middle of an answer; must be thread-safe. Without it
  /// nothing is forced.
  Decoder(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary, Tokenize tokenize,
          DecoderOptions options = {});

  const Grammar& grammar() const { return *grammar_; }
  const Vocabulary& vocabulary() const { return *vocabulary_; }

  State Start() const { return stepper_.Start(); }
  bool Allows(const State& state, Token token) const;
  /// False, with the state unchanged, when the token may not come.
  bool Accept(State& state, Token token) const;

  /// The text so far is a whole answer and nothing may follow: it ends without an end token.
  bool Complete(const State& state) const;
  /// The text so far is a whole answer; it may go on all the same when it is a bare number. End tokens are welcome
  /// exactly here, and are no business of masks.
  bool MayEnd(const State& state) const { return stepper_.MayEnd(state); }

  /// Bit t % 64 of word t / 64: whether token t may come. Kept for the decoder's life; when the memory for masks is
  /// used up, the result holds only until this thread's next call.
  const TokenMask& Mask(const State& state) const;

  /// Tokens that have to come next (see ForcedRun), to be accepted one by one; empty when nothing is forced.
  std::vector<Token> Forced(const State& state) const;

  /// The best token that may come: the one with the largest logit, of equal ones the first. -1 when the vocabulary has
  /// no token that may come, or none of them has a logit that is a number.
  Token Pick(const State& state, std::span<const float> logits) const;

 private:
  const std::shared_ptr<const Grammar> grammar_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  const Tokenize tokenize_;
  const Stepper stepper_;
  mutable StateMemo<TokenMask> masks_;
  mutable StateMemo<std::vector<Token>> forced_;
};

}  // namespace yk::constrain
