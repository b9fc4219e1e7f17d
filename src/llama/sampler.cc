// SPDX-License-Identifier: Apache-2.0
#include "llama/sampler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace yk::llama {
namespace {

/// Below this weight beside the best a token is never drawn: it saves sorting a whole vocabulary.
constexpr float kNegligible = 1e-6F;

}  // namespace

Token Greatest(std::span<const float> logits) {
  // Blocks of independent maxima, so that the compiler keeps them in vector registers; then the place in one block.
  constexpr size_t kBlock = 256;
  float best = -std::numeric_limits<float>::infinity();
  size_t best_block = logits.size();
  for (size_t start = 0; start < logits.size(); start += kBlock) {
    const size_t end = std::min(start + kBlock, logits.size());
    std::array<float, 8> lanes;
    lanes.fill(-std::numeric_limits<float>::infinity());
    size_t i = start;
    for (; i + lanes.size() <= end; i += lanes.size()) {
      for (size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane] = std::max(lanes[lane], logits[i + lane]);
    }
    float top = *std::max_element(lanes.begin(), lanes.end());
    for (; i < end; ++i) top = std::max(top, logits[i]);
    if (top > best) {
      best = top;
      best_block = start;
    }
  }
  for (size_t i = best_block; i < logits.size(); ++i) {
    if (logits[i] == best) return static_cast<Token>(i);
  }
  return -1;
}

double LogProbability(std::span<const float> logits, Token token) {
  const Token top = Greatest(logits);
  if (top < 0) return -std::numeric_limits<double>::infinity();
  const float most = logits[static_cast<size_t>(top)];
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit - most));
  return static_cast<double>(logits[static_cast<size_t>(token)] - most) - std::log(sum);
}

Token Sampler::Draw(std::span<const float> logits, std::span<const uint64_t> mask) {
  float most = -std::numeric_limits<float>::infinity();
  const auto each = [&](auto&& visit) {
    if (mask.empty()) {
      for (size_t i = 0; i < logits.size(); ++i) visit(i);
      return;
    }
    for (size_t word = 0; word < mask.size(); ++word) {
      for (uint64_t bits = mask[word]; bits != 0; bits &= bits - 1) {
        const size_t i = word * 64 + static_cast<size_t>(std::countr_zero(bits));
        if (i < logits.size()) visit(i);
      }
    }
  };
  each([&](size_t i) { most = std::max(most, logits[i]); });
  if (!(most > -std::numeric_limits<float>::infinity())) return -1;
  candidates_.clear();
  double total = 0;
  const float least = std::max(kNegligible, static_cast<float>(min_p_));  // the best has the weight 1
  each([&](size_t i) {
    const auto weight = std::exp((logits[i] - most) / static_cast<float>(temperature_));
    if (!(weight >= least)) return;
    candidates_.push_back({static_cast<Token>(i), weight});
    total += weight;
  });
  if (top_p_ < 1) {
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.token < b.token;
    });
    double kept = 0;
    size_t count = 0;
    while (count < candidates_.size() && kept < top_p_ * total) kept += candidates_[count++].weight;
    candidates_.resize(std::max<size_t>(1, count));
    total = std::max(kept, static_cast<double>(candidates_.front().weight));
  }
  double left = std::uniform_real_distribution<double>(0, total)(random_);
  for (const Candidate& candidate : candidates_) {
    left -= candidate.weight;
    if (left <= 0) return candidate.token;
  }
  return candidates_.back().token;
}

}  // namespace yk::llama
