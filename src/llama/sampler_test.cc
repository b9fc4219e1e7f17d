// SPDX-License-Identifier: Apache-2.0
#include "llama/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

namespace yk::llama {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kLow = -std::numeric_limits<float>::infinity();

std::map<Token, int> Draws(double temperature, double top_p, std::span<const float> logits,
                           std::span<const uint64_t> mask, int count = 2000, double min_p = 0) {
  model::Sampling sampling;
  sampling.min_p = min_p;
  sampling.temperature = temperature;
  sampling.top_p = top_p;
  sampling.seed = 9;
  Sampler sampler(sampling);
  std::map<Token, int> out;
  for (int i = 0; i < count; ++i) ++out[sampler.Draw(logits, mask)];
  return out;
}

TEST(Greatest, IsTheFirstOfTheLargestNumbersWhereverItStands) {
  for (const size_t size : {1, 7, 255, 256, 257, 1000, 5000}) {
    for (size_t at = 0; at < size; at += 1 + size / 13) {
      std::vector<float> logits(size, -3.0F);
      logits[at] = 2.5F;
      if (at + 1 < size) logits[at + 1] = 2.5F;
      EXPECT_EQ(Greatest(logits), static_cast<Token>(at)) << size;
    }
  }
  EXPECT_EQ(Greatest({}), -1);
  EXPECT_EQ(Greatest(std::vector<float>{kLow, kLow}), -1);
}

TEST(Greatest, PassesOverWhatIsNoNumber) {
  EXPECT_EQ(Greatest(std::vector<float>{kNan, 1.0F, kNan, 2.0F}), 3);
  EXPECT_EQ(Greatest(std::vector<float>(300, kNan)), -1);
}

TEST(LogProbability, IsThatOfTheSoftmax) {
  const std::vector<float> logits{1.0F, 2.0F, 3.0F};
  const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(3.0);
  EXPECT_NEAR(LogProbability(logits, 1), std::log(std::exp(2.0) / sum), 1e-6);
}

TEST(Sampler, DrawsInProportionToTheSoftmax) {
  const std::vector<float> logits{std::log(1.0F), std::log(2.0F), std::log(5.0F)};
  const auto draws = Draws(1.0, 1.0, logits, {}, 16000);
  EXPECT_NEAR(draws.at(0), 2000, 250);
  EXPECT_NEAR(draws.at(1), 4000, 350);
  EXPECT_NEAR(draws.at(2), 10000, 400);
}

TEST(Sampler, NeverLeavesTheMaskOrTheNucleus) {
  std::vector<float> logits(130, 0.0F);
  logits[5] = 9.0F;
  const std::vector<uint64_t> mask{uint64_t{1} << 3, uint64_t{1} << 63, uint64_t{1} << 1};
  const auto masked = Draws(2.0, 1.0, logits, mask);
  for (const auto& [token, count] : masked) EXPECT_TRUE(token == 3 || token == 127 || token == 129) << token;
  EXPECT_EQ(masked.size(), 3U);
  const std::vector<float> steep{std::log(90.0F), std::log(6.0F), std::log(4.0F)};
  EXPECT_EQ(Draws(1.0, 0.5, steep, {}).size(), 1U);
  EXPECT_EQ(Draws(1.0, 0.95, steep, {}).size(), 2U);
  // 6 is a fifteenth of 90, 4 less than a twentieth.
  EXPECT_EQ(Draws(1.0, 1.0, steep, {}, 2000, 0.05).size(), 2U);
  EXPECT_EQ(Draws(1.0, 1.0, steep, {}, 2000, 1.0).size(), 1U);
}

TEST(Sampler, SaysWhenNothingCanBeDrawn) {
  EXPECT_EQ(Draws(1.0, 1.0, std::vector<float>{1.0F, 2.0F}, std::vector<uint64_t>{0}).at(-1), 2000);
  EXPECT_EQ(Draws(1.0, 1.0, std::vector<float>{kLow, kLow}, {}).at(-1), 2000);
}

}  // namespace
}  // namespace yk::llama
