// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "constrain/vocabulary.h"
#include "model/request.h"

namespace yk::llama {

using constrain::Token;

/// The token with the highest logit; the lower number when equal. -1: there is no number among them.
Token Greatest(std::span<const float> logits);

/// log(softmax(logits))[token].
double LogProbability(std::span<const float> logits, Token token);

/// Draws by temperature, min-p (https://arxiv.org/abs/2407.01082) and nucleus (top-p,
/// https://arxiv.org/abs/1904.09751), in this order, from those tokens whose bit is set in `mask` (empty: all). Pure
/// but for its generator, whose state makes a seed repeatable. -1: no token is allowed.
class Sampler {
 public:
  explicit Sampler(const model::Sampling& sampling)
      : temperature_(sampling.temperature),
        top_p_(sampling.top_p),
        min_p_(sampling.min_p),
        random_(static_cast<uint64_t>(sampling.seed)) {}

  bool greedy() const { return temperature_ <= 0; }
  Token Draw(std::span<const float> logits, std::span<const uint64_t> mask);

 private:
  struct Candidate {
    Token token;
    float weight;
  };
  double temperature_, top_p_, min_p_;
  std::mt19937_64 random_;
  std::vector<Candidate> candidates_;
};

}  // namespace yk::llama
