// SPDX-License-Identifier: Apache-2.0
#include "constrain/decoder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace yk::constrain {
namespace {

/// The largest of them, -infinity when none is a number. Several lanes, which compilers turn into vector instructions.
float Maximum(std::span<const float> numbers) {
  constexpr size_t kLanes = 16;
  std::array<float, kLanes> lanes;
  lanes.fill(-std::numeric_limits<float>::infinity());
  size_t at = 0;
  for (; at + kLanes <= numbers.size(); at += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float number = numbers[at + lane];
      lanes[lane] = number > lanes[lane] ? number : lanes[lane];
    }
  }
  for (; at < numbers.size(); ++at) lanes[0] = numbers[at] > lanes[0] ? numbers[at] : lanes[0];
  return *std::max_element(lanes.begin(), lanes.end());
}

/// The first of the largest numbers; -1 when there is none.
Token Largest(std::span<const float> logits) {
  constexpr size_t kBlock = 4096;
  size_t block = 0;
  float best = -std::numeric_limits<float>::infinity();
  for (size_t at = 0; at < logits.size(); at += kBlock) {
    const float maximum = Maximum(logits.subspan(at, std::min(kBlock, logits.size() - at)));
    if (maximum > best) best = maximum, block = at;
  }
  const auto found = std::find(logits.begin() + static_cast<std::ptrdiff_t>(block), logits.end(), best);
  return found == logits.end() ? -1 : static_cast<Token>(found - logits.begin());
}

}  // namespace

Decoder::Decoder(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const Vocabulary> vocabulary,
                 Tokenize tokenize, DecoderOptions options)
    : grammar_(std::move(grammar)),
      vocabulary_(std::move(vocabulary)),
      tokenize_(std::move(tokenize)),
      stepper_(grammar_->rules()),
      masks_(options.mask_bytes_max),
      forced_(options.forced_bytes_max) {}

bool Decoder::Allows(const State& state, Token token) const {
  State after = state;
  return Accept(after, token);
}

bool Decoder::Accept(State& state, Token token) const {
  const std::string_view bytes = vocabulary_->Bytes(token);
  if (bytes.empty()) return false;
  State after = state;
  if (!stepper_.Step(after, bytes)) return false;
  state = after;
  return true;
}

bool Decoder::Complete(const State& state) const { return stepper_.MayEnd(state) && stepper_.Next(state, 1).none(); }

const TokenMask& Decoder::Mask(const State& state) const {
  const State key = stepper_.Simplified(state, static_cast<uint32_t>(vocabulary_->longest()));
  if (const TokenMask* known = masks_.Find(key.Bytes())) return *known;
  TokenMask mask = BuildMask(stepper_, *vocabulary_, key);
  if (const TokenMask* kept = masks_.Keep(key.Bytes(), mask, mask.size() * sizeof(uint64_t))) return *kept;
  thread_local TokenMask unkept;
  unkept = std::move(mask);
  return unkept;
}

std::vector<Token> Decoder::Forced(const State& state) const {
  if (!tokenize_ || stepper_.Next(state, 2).count() != 1 || stepper_.MayEnd(state)) return {};
  if (const auto* known = forced_.Find(state.Bytes())) return *known;
  std::vector<Token> run = ForcedRun(stepper_, *vocabulary_, tokenize_, state);
  std::vector<Token> copy = run;
  forced_.Keep(state.Bytes(), copy, run.size() * sizeof(Token));
  return run;
}

Token Decoder::Pick(const State& state, std::span<const float> logits) const {
  logits = logits.first(std::min(logits.size(), static_cast<size_t>(vocabulary_->size())));
  if (const Token best = Largest(logits); best < 0 || Allows(state, best)) return best;
  const TokenMask& mask = Mask(state);
  Token best = -1;
  for (size_t word = 0; word * 64 < logits.size(); ++word) {
    for (uint64_t bits = mask[word]; bits != 0; bits &= bits - 1) {
      const size_t token = word * 64 + static_cast<size_t>(std::countr_zero(bits));
      if (token >= logits.size()) break;
      if (best < 0 ? !std::isnan(logits[token]) : logits[token] > logits[static_cast<size_t>(best)]) {
        best = static_cast<Token>(token);
      }
    }
  }
  return best;
}

}  // namespace yk::constrain
