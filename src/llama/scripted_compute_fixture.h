// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "llama/compute.h"

namespace yk::llama {

/// A model whose next token is a hash of all tokens before it, on a cache that counts its cells like the real one:
/// shared cells once, or each sequence by itself where the limits say `streams`. It fails tests that break the rules of
/// a context, fails steps on demand, and then leaves half of the batch behind.
class ScriptedCompute final : public Compute {
 public:
  ScriptedCompute(Limits limits, Token vocabulary) : limits_(limits), vocabulary_(vocabulary) {}

  /// Step number (from 1) -> how it ends.
  std::map<int64_t, StepResult> faults;
  bool restart_fails = false;

  Limits limits() const override { return limits_; }

  StepResult Step(std::span<const BatchToken> batch) override {
    ++steps;
    EXPECT_FALSE(batch.empty());
    EXPECT_LE(batch.size(), static_cast<size_t>(limits_.batch));
    const auto fault = faults.find(steps);
    if (fault != faults.end() && fault->second == StepResult::kNoRoom) return StepResult::kNoRoom;
    if (fault != faults.end() && fault->second == StepResult::kRefused) return StepResult::kRefused;
    if (limits_.streams) ExpectInOrder(batch);
    if (Overflows(batch)) {
      ++overflows;
      return StepResult::kNoRoom;
    }
    logits_.clear();
    std::set<Sequence> outputs;
    const size_t done = fault == faults.end() ? batch.size() : batch.size() / 2;
    for (size_t i = 0; i < done; ++i) {
      const BatchToken& one = batch[i];
      EXPECT_GE(one.sequence, 0);
      EXPECT_LT(one.sequence, limits_.sequences);
      auto& line = lines_[one.sequence];
      EXPECT_EQ(one.position, static_cast<int32_t>(line.size())) << "sequence " << one.sequence;
      AddCell(one.sequence, one.token);
      if (one.output) {
        EXPECT_TRUE(outputs.insert(one.sequence).second) << "two outputs of one sequence";
        logits_[i] = LogitsAfter(TextOf(line));
      }
    }
    most_cells = std::max(most_cells, cells());
    return fault == faults.end() ? StepResult::kDone : fault->second;
  }

  std::span<const float> Logits(size_t index) override { return logits_.at(index); }

  void Share(Sequence from, Sequence to, int32_t tokens) override {
    EXPECT_TRUE(lines_[to].empty()) << "sequence " << to << " is in use";
    const auto& source = lines_[from];
    const auto count = tokens < 0 ? source.size() : static_cast<size_t>(tokens);
    ASSERT_LE(count, source.size());
    if (limits_.streams) {
      EXPECT_EQ(count, source.size()) << "streams are copied whole";
      ++copies;
      for (const int64_t cell : source) AddCell(to, tokens_.at(cell));
      return;
    }
    lines_[to].assign(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(count));
  }
  void Cut(Sequence sequence, int32_t tokens) override {
    EXPECT_TRUE(limits_.cuts_back);
    auto& line = lines_[sequence];
    ASSERT_LE(static_cast<size_t>(tokens), line.size());
    line.resize(static_cast<size_t>(tokens));
  }
  void Drop(Sequence sequence) override { lines_[sequence].clear(); }
  Result<void> Restart() override {
    ++restarts;
    lines_.clear();
    if (restart_fails) return Fail(Code::kUnavailable, "the device is gone");
    return {};
  }
  Result<void> Save(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) override {
    EXPECT_EQ(TextOf(lines_[sequence]), std::vector<Token>(tokens.begin(), tokens.end()));
    saved[path.string()] = {tokens.begin(), tokens.end()};
    return {};
  }
  size_t Load(Sequence sequence, const std::filesystem::path& path, std::span<const Token> tokens) override {
    const auto found = saved.find(path.string());
    if (found == saved.end() || !std::equal(tokens.begin(), tokens.end(), found->second.begin(), found->second.end()))
      return 0;
    for (const Token token : tokens) AddCell(sequence, token);
    return tokens.size();
  }
  void Interrupt() override {}

  /// Most cells ever in use at once; steps that found no room because of wrong bookkeeping.
  int64_t steps = 0, most_cells = 0, overflows = 0, restarts = 0, copies = 0;
  std::map<std::string, std::vector<Token>> saved;

  int64_t cells() const {
    std::set<int64_t> used;
    for (const auto& [sequence, line] : lines_) used.insert(line.begin(), line.end());
    return static_cast<int64_t>(used.size());
  }

  /// What the model writes after this text, however it is asked.
  Token Next(const std::vector<Token>& text) const {
    uint64_t hash = 1469598103934665603ULL;
    for (const Token token : text) hash = (hash ^ static_cast<uint64_t>(token)) * 1099511628211ULL;
    return static_cast<Token>((hash >> 20) % static_cast<uint64_t>(vocabulary_));
  }

 private:
  void AddCell(Sequence sequence, Token token) {
    lines_[sequence].push_back(next_cell_);
    tokens_[next_cell_++] = token;
  }
  bool Overflows(std::span<const BatchToken> batch) const {
    if (!limits_.streams) return cells() + static_cast<int64_t>(batch.size()) > limits_.cells;
    return std::any_of(batch.begin(), batch.end(),
                       [&](const BatchToken& one) { return one.position >= limits_.cells; });
  }
  /// Whatever is not in order is computed in parts.
  static void ExpectInOrder(std::span<const BatchToken> batch) {
    EXPECT_TRUE(std::is_sorted(batch.begin(), batch.end(),
                               [](const BatchToken& a, const BatchToken& b) { return a.sequence < b.sequence; }));
  }
  std::vector<Token> TextOf(const std::vector<int64_t>& line) const {
    std::vector<Token> text;
    text.reserve(line.size());
    for (const int64_t cell : line) text.push_back(tokens_.at(cell));
    return text;
  }
  std::vector<float> LogitsAfter(const std::vector<Token>& text) const {
    std::vector<float> logits(static_cast<size_t>(vocabulary_), 0.0F);
    logits[static_cast<size_t>(Next(text))] = 1.0F;
    return logits;
  }

  const Limits limits_;
  const Token vocabulary_;
  int64_t next_cell_ = 0;
  std::map<Sequence, std::vector<int64_t>> lines_;
  std::map<int64_t, Token> tokens_;
  std::map<size_t, std::vector<float>> logits_;
};

}  // namespace yk::llama
