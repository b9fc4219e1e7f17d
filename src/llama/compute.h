// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "constrain/vocabulary.h"

namespace yk::llama {

using constrain::Token;
using Sequence = int32_t;

/// One token to be computed.
struct BatchToken {
  Token token = 0;
  int32_t position = 0;
  Sequence sequence = 0;
  bool output = false;  ///< its logits are wanted
};

/// How a step ended: the return codes of llama_decode.
enum class StepResult {
  kDone,      ///< 0
  kNoRoom,    ///< 1: no place in the cache; nothing has changed
  kAborted,   ///< 2: Interrupt was called; an unknown part of the batch is in the cache
  kRefused,   ///< -1: the batch is no valid one; nothing has changed
  kNoMemory,  ///< -2: an unknown part of the batch is in the cache
  kBroken,    ///< -3: the device failed; likewise
};

/// What the scheduler needs of a model's context: a cache of token states, ordered into sequences that may share them,
/// and a step that computes more of them. Used by one thread, Interrupt by any.
class Compute {
 public:
  struct Limits {
    int64_t cells = 0;    ///< token states the cache holds, shared ones counted once; with `streams`, of each sequence
    int64_t longest = 0;  ///< tokens of one row, as the model was trained; 0: not known
    int batch = 0;        ///< tokens of one step
    Sequence sequences = 0;
    bool cuts_back = true;  ///< a sequence can be shortened, and the beginning of one be shared
    /// Every sequence has cells of its own: Share copies, and only whole sequences.
    bool streams = false;
  };

  virtual ~Compute() = default;
  virtual Limits limits() const = 0;

  /// Computes the tokens, at most limits().batch of them. Positions of a sequence follow one another.
  virtual StepResult Step(std::span<const BatchToken> batch) = 0;
  /// The logits after token `index` of the last batch, which had asked for them. Valid until the next Step.
  virtual std::span<const float> Logits(size_t index) = 0;

  /// Lets `to` begin with the first `tokens` of `from`, sharing their cells; `to` must be empty. tokens < 0: all.
  virtual void Share(Sequence from, Sequence to, int32_t tokens) = 0;
  /// Shortens a sequence to its first `tokens`; only with limits().cuts_back.
  virtual void Cut(Sequence sequence, int32_t tokens) = 0;
  virtual void Drop(Sequence sequence) = 0;
  /// Drops everything and makes the context anew, after a failure of the device.
  virtual Result<void> Restart() = 0;

  /// Writes the state of a sequence to a file, or reads it back; the number of tokens read, 0 when the file is not
  /// there or is of other tokens.
  virtual Result<void> Save(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) = 0;
  virtual size_t Load(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) = 0;

  /// Ends the running Step and every later one as soon as possible with kAborted.
  virtual void Interrupt() = 0;
};

}  // namespace yk::llama
