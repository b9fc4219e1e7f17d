// SPDX-License-Identifier: Apache-2.0
#include "llama/row.h"

#include <algorithm>

namespace yk::llama {

namespace {

/// A token writes a byte or more, so an answer whose bytes are bounded needs no more room than that.
int64_t AnswerMax(const RowSpec& spec) {
  const int64_t asked = std::max(1, spec.sampling.tokens_max);
  if (spec.decoder == nullptr) return asked;
  const auto& longest = spec.decoder->grammar().longest_bytes();
  return longest ? std::min(asked, static_cast<int64_t>(*longest)) : asked;
}

}  // namespace

Row::Row(RowSpec spec, const Tokenizer& tokenizer)
    : spec_(std::move(spec)),
      tokenizer_(&tokenizer),
      sampler_(spec_.sampling),
      line_(spec_.prompt.tail),
      answer_max_(AnswerMax(spec_)),
      thinking_(spec_.prompt.thinking_end != nullptr && spec_.thinking_tokens > 0) {
  if (spec_.decoder != nullptr) state_ = spec_.decoder->Start();
  // What every answer begins with joins the prompt: it costs no step of its own.
  if (!thinking_) settled_ = AppendForced();
}

size_t Row::reserve() const {
  size_t most = spec_.prompt.tail.size() + static_cast<size_t>(answer_max_);
  if (spec_.prompt.thinking_end != nullptr)
    most += static_cast<size_t>(spec_.thinking_tokens) + spec_.prompt.thinking_end->size();
  return most;
}

Token Row::Choose(std::span<const float> logits) {
  if (thinking_ || !state_) return sampler_.greedy() ? Greatest(logits) : sampler_.Draw(logits, {});
  return sampler_.greedy() ? spec_.decoder->Pick(*state_, logits) : sampler_.Draw(logits, spec_.decoder->Mask(*state_));
}

std::optional<model::Finish> Row::Advance(std::span<const float> logits) {
  if (thinking_) return Think(logits);
  const Token token = Choose(logits);
  // No token fits: the vocabulary lacks the bytes that must follow, or the logits are no numbers.
  if (token < 0) return model::Finish::kOther;
  if (!state_ && tokenizer_->EndsTurn(token)) return model::Finish::kStop;
  if (const auto end = Append(token, spec_.sampling.logprobs ? LogProbability(logits, token) : 0)) return end;
  return AppendForced();
}

std::optional<model::Finish> Row::Think(std::span<const float> logits) {
  const Token token = Choose(logits);
  if (token < 0) return model::Finish::kOther;
  const std::vector<Token>& end = *spec_.prompt.thinking_end;
  const bool cut = ++thought_ >= spec_.thinking_tokens || tokenizer_->EndsTurn(token);
  if (!cut) line_.push_back(token);
  const bool ended =
      line_.size() >= spec_.prompt.tail.size() + end.size() && std::equal(end.rbegin(), end.rend(), line_.rbegin());
  if (!cut && !ended) return std::nullopt;
  if (cut) line_.insert(line_.end(), end.begin(), end.end());
  thinking_ = false;
  return AppendForced();
}

std::optional<model::Finish> Row::Append(Token token, double logprob) {
  if (state_ && !spec_.decoder->Accept(*state_, token)) return model::Finish::kOther;
  line_.push_back(token);
  text_ += tokenizer_->Bytes(token);
  ++answer_tokens_;
  doubts_.Add(tokenizer_->Bytes(token).size(), logprob);
  if (state_ && spec_.decoder->Complete(*state_)) return model::Finish::kStop;
  if (answer_tokens_ >= answer_max_) return model::Finish::kLength;
  return std::nullopt;
}

std::optional<model::Finish> Row::AppendForced() {
  if (!state_) return std::nullopt;
  for (const Token token : spec_.decoder->Forced(*state_)) {
    ++forced_;
    if (const auto end = Append(token, 0)) return end;
  }
  return std::nullopt;
}

model::Answer Row::TakeAnswer(model::Finish finish) {
  model::Answer answer;
  answer.body = std::move(text_);
  answer.finish = finish;
  if (spec_.sampling.logprobs) answer.doubts = doubts_.Take();
  return answer;
}

model::Usage Row::UsageSoFar(bool computed_head) const {
  model::Usage usage;
  usage.tokens_in = static_cast<int64_t>(head_size() + spec_.prompt.tail.size());
  usage.tokens_cached = computed_head ? 0 : static_cast<int64_t>(head_size());
  usage.tokens_out = answer_tokens_ + thought_;
  return usage;
}

}  // namespace yk::llama
