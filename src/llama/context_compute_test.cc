// SPDX-License-Identifier: Apache-2.0
#include "llama/context_compute.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace yk::llama {
namespace {

struct Model {
  const char* file;
  bool streams, cache_q8;
  bool cuts;  ///< its cache can be cut back to a beginning
};

constexpr int32_t kBeginning = 200, kOwn = 30;

/// Real models' caches: whatever rows share, each has to come out as if it were alone.
class ContextComputeTest : public ::testing::TestWithParam<Model> {
 protected:
  std::unique_ptr<ContextCompute> Open() {
    Options options;
    options.path = std::string(YAKAN_MODELS_DIR) + "/" + GetParam().file;
    options.threads = 2;
    options.batch = 64;
    options.context = 2048;
    options.streams = GetParam().streams;
    options.cache_q8 = GetParam().cache_q8;
    auto weights = Weights::Load(options);
    EXPECT_TRUE(weights) << weights.error().ToString();
    auto compute = ContextCompute::Open(*weights, options, 6);
    EXPECT_TRUE(compute) << compute.error().ToString();
    return std::move(*compute);
  }

  static std::vector<Token> Tokens(unsigned seed, int32_t count) {
    std::mt19937 random(seed);
    std::vector<Token> out;
    for (int32_t i = 0; i < count; ++i) out.push_back(static_cast<Token>(100 + random() % 8000));
    return out;
  }

  /// Computes tokens of one sequence after those it has, and gives the logits of the last.
  static std::vector<float> Run(ContextCompute& compute, Sequence sequence, int32_t position,
                                const std::vector<Token>& tokens) {
    std::vector<float> out;
    for (size_t first = 0; first < tokens.size(); first += 64) {
      std::vector<BatchToken> batch;
      for (size_t i = first; i < std::min(tokens.size(), first + 64); ++i)
        batch.push_back({tokens[i], position + static_cast<int32_t>(i), sequence, i + 1 == tokens.size()});
      EXPECT_EQ(compute.Step(batch), StepResult::kDone);
      if (first + 64 < tokens.size()) continue;
      const auto logits = compute.Logits(batch.size() - 1);
      out.assign(logits.begin(), logits.end());
    }
    return out;
  }

  std::vector<float> Alone(const std::vector<Token>& beginning, const std::vector<Token>& own) {
    std::vector<Token> all = beginning;
    all.insert(all.end(), own.begin(), own.end());
    return Run(*Open(), 0, 0, all);
  }

  /// Deviation of the difference, as a share of that of the logits. Eight-bit arithmetic rounds to about a hundredth.
  static double Apart(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, size = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      difference += (a[i] - b[i]) * (a[i] - b[i]);
      size += b[i] * b[i];
    }
    return a.size() == b.size() ? std::sqrt(difference / size) : INFINITY;
  }
  static constexpr double kSame = 0.03, kOther = 0.1;

  const std::vector<Token> beginning_ = Tokens(1, kBeginning);
};

TEST_P(ContextComputeTest, RowsThatShareABeginningComeOutAsIfAlone) {
  const auto together = Open();
  Run(*together, 0, 0, beginning_);
  for (Sequence row = 1; row <= 3; ++row) {
    together->Share(0, row, -1);
    const auto own = Tokens(10 + static_cast<unsigned>(row), kOwn);
    EXPECT_LT(Apart(Run(*together, row, kBeginning, own), Alone(beginning_, own)), kSame) << "row " << row;
  }
  // The place of a row that ended goes to another, which must see nothing of it.
  together->Drop(2);
  together->Share(0, 2, -1);
  const auto own = Tokens(20, kOwn);
  EXPECT_LT(Apart(Run(*together, 2, kBeginning, own), Alone(beginning_, own)), kSame);
}

TEST_P(ContextComputeTest, RowsInOneStepComeOutAsIfAlone) {
  const auto together = Open();
  Run(*together, 0, 0, beginning_);
  std::vector<BatchToken> batch;
  std::vector<std::vector<Token>> own;
  for (Sequence row = 1; row <= 3; ++row) {
    together->Share(0, row, -1);
    own.push_back(Tokens(30 + static_cast<unsigned>(row), 9 + row));
    for (size_t i = 0; i < own.back().size(); ++i)
      batch.push_back({own.back()[i], kBeginning + static_cast<int32_t>(i), row, i + 1 == own.back().size()});
  }
  ASSERT_EQ(together->Step(batch), StepResult::kDone);
  size_t last = 0;
  for (const auto& tokens : own) {
    last += tokens.size();
    const auto logits = together->Logits(last - 1);
    EXPECT_LT(Apart({logits.begin(), logits.end()}, Alone(beginning_, tokens)), kSame);
  }
}

// The attention of the other models is faint: this one shows that the tests above can fail.
class WindowTest : public ContextComputeTest {};

TEST_P(WindowTest, WhatStandsInTheBeginningCounts) {
  const auto own = Tokens(11, kOwn);
  auto other = beginning_;
  other[kBeginning - 20] += 1;  // within the window
  EXPECT_GT(Apart(Alone(other, own), Alone(beginning_, own)), kOther);
  EXPECT_GT(Apart(Alone({beginning_.begin() + 1, beginning_.end()}, own), Alone(beginning_, own)), kOther / 10);
}

TEST_P(ContextComputeTest, SaysWhetherABeginningCanBeCutOutOfALongerOne) {
  EXPECT_EQ(Open()->limits().cuts_back, GetParam().cuts);
}

INSTANTIATE_TEST_SUITE_P(Caches, WindowTest, ::testing::Values(Model{"window.gguf", false, false, false}));
INSTANTIATE_TEST_SUITE_P(Caches, ContextComputeTest,
                         ::testing::Values(Model{"chat.gguf", false, false, true},
                                           Model{"chat.gguf", true, false, true}, Model{"chat.gguf", false, true, true},
                                           Model{"window.gguf", false, false, false},
                                           Model{"window.gguf", true, false, false},
                                           Model{"window.gguf", false, true, false},
                                           Model{"hybrid.gguf", false, false, false}));

}  // namespace
}  // namespace yk::llama
