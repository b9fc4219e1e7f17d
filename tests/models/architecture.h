// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "chain.h"
#include "gguf_file.h"

namespace yk::models {

struct Shape {
  std::string arch = "qwen2";
  uint32_t vocabulary = 0;
  uint32_t layers = 2, embd = 256, heads = 8, kv_heads = 2, ff = 512, context = 4096;
  uint64_t seed = 1;
  bool embedding = false;  ///< for embeddings of texts: no answers, and attention that matters
};

/// Tells a model what a prompt calls for: the text that holds the token of an answer's word, else `otherwise`, a token
/// that every prompt holds. Empty: nothing does.
struct Markers {
  std::vector<int32_t> words;
  int32_t otherwise = -1;
};

/// How many tokens before the current one the first layer of each architecture sees.
constexpr size_t kLookback = 4;
/// Tokens that a layer with a sliding window sees.
constexpr uint32_t kWindow = 64;

/// Transformer with rotary positions and biases: the first layer has a head for each token back, which attends to that
/// position whatever stands there, and one that attends to the markers.
Result<void> AddQwen2(const Shape& shape, const Markers& markers, const Chain& chain, GgufFile& file);
/// Short convolutions (even layers) and attention (odd ones), for the memory of hybrid models. Knows no markers.
Result<void> AddLfm2(const Shape& shape, const Chain& chain, GgufFile& file);
/// Attention that every other layer keeps to the last kWindow tokens, with sinks. Writes nothing of sense: what a test
/// compares is how probable it finds each token.
Result<void> AddGraniteSwa(const Shape& shape, GgufFile& file);
/// Encoder with mean pooling, for embeddings.
Result<void> AddBert(const Shape& shape, GgufFile& file);

/// What the architectures share.
GgufFile::Fill RandomRows(const Shape& shape, std::string name, float deviation);
/// name.weight, random.
void AddRandom(const Shape& shape, const std::string& name, size_t rows, size_t cols, float deviation, GgufFile& file);
void AddOnes(const std::string& name, size_t size, GgufFile& file);
void AddSettings(const Shape& shape, GgufFile& file);
/// ffn_norm, ffn_gate, ffn_up, ffn_down of a layer.
void AddFeedForward(const Shape& shape, const std::string& layer, GgufFile& file);
/// output.weight: random but for the tokens of the answers.
void AddHead(const Shape& shape, const Head& head, GgufFile& file);

/// Deviation of ordinary random weights, and of those through which a layer writes, small enough not to disturb the
/// answers.
constexpr float kWeights = 0.02F;
constexpr float kFaint = 1e-3F;

}  // namespace yk::models
