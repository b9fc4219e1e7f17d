// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "constrain/decoder.h"
#include "llama/prompt.h"
#include "llama/sampler.h"
#include "model/request.h"

namespace yk::llama {

/// A question on its way through the scheduler, and what is asked of the answer.
struct RowSpec {
  uint64_t id = 0;
  Prompt prompt;
  std::shared_ptr<const constrain::Decoder> decoder;  ///< null: free text
  model::Sampling sampling;
  MonoTime deadline = MonoTime::max();
  int thinking_tokens = 0;  ///< most tokens of thinking, when the prompt lets the model think
};

/// The tokens of one row after the shared head: first those of its prompt, then the answer as it grows. It remembers
/// how many of them the model has seen, and starts over from the head without losing the answer so far.
class Row {
 public:
  Row(RowSpec spec, const Tokenizer& tokenizer);

  const RowSpec& spec() const { return spec_; }
  const std::vector<Token>& line() const { return line_; }
  size_t head_size() const { return spec_.prompt.head->tokens.size(); }
  /// Cells it may come to need beside the head.
  size_t reserve() const;
  /// Of them those for what it may think before it answers.
  size_t thinking_reserve() const { return reserve() - spec_.prompt.tail.size() - static_cast<size_t>(answer_max_); }
  /// Its answer may have so many tokens and no more, whatever was asked for: for want of room.
  void LimitAnswer(int64_t tokens) {
    room_short_ = tokens < answer_max_;
    answer_max_ = std::min(answer_max_, tokens);
  }
  /// The answer ended because its room did, not what was asked for.
  bool out_of_room() const { return room_short_ && answer_tokens_ >= answer_max_; }
  int64_t answer_tokens() const { return answer_tokens_; }
  size_t pending() const { return line_.size() - computed_; }
  size_t computed() const { return computed_; }
  /// Set when the schema allows one answer only: nothing needs to be computed.
  const std::optional<model::Finish>& settled() const { return settled_; }
  bool answering() const { return computed_ >= spec_.prompt.tail.size(); }

  void Computed(size_t tokens) { computed_ += tokens; }
  void StartOver() { computed_ = 0; }

  /// Chooses the next token from the logits after the last one, adds what must follow it, and says how the answer
  /// ended, if it did.
  std::optional<model::Finish> Advance(std::span<const float> logits);

  model::Answer TakeAnswer(model::Finish finish);
  /// `computed_head`: this row was the one that paid for the head.
  model::Usage UsageSoFar(bool computed_head) const;
  int64_t forced_tokens() const { return forced_; }

 private:
  std::optional<model::Finish> Think(std::span<const float> logits);
  std::optional<model::Finish> Append(Token token, double logprob);
  std::optional<model::Finish> AppendForced();
  Token Choose(std::span<const float> logits);

  RowSpec spec_;
  const Tokenizer* tokenizer_;
  Sampler sampler_;
  std::vector<Token> line_;
  size_t computed_ = 0;
  std::optional<constrain::State> state_;
  std::string text_;
  model::DoubtList doubts_;
  int64_t answer_max_, answer_tokens_ = 0, thought_ = 0, forced_ = 0;
  bool thinking_ = false, room_short_ = false;
  std::optional<model::Finish> settled_;
};

}  // namespace yk::llama
