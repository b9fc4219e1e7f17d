// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "architecture.h"

namespace yk::models {
namespace {

// Layer 0. A short convolution is c * conv(b * x), each of b, c, x a linear function of the embedding. With b and c
// constant (the first element of every embedding is 1) and one tap per channel, channels of block n carry inner e(token
// n back).
void AddFirstConvolution(const Shape& shape, const Mixer& mixer, GgufFile& file) {
  const size_t size = shape.embd, width = mixer.inner.rows;
  file.AddFloatMatrix("blk.0.shortconv.conv.weight", size, kLookback + 1, [&](size_t channel, std::span<float> taps) {
    std::fill(taps.begin(), taps.end(), 0.0F);
    taps[kLookback - 1 - channel / width] = 1;  // the last tap is the current token
  });
  file.AddMatrix("blk.0.shortconv.in_proj.weight", 3 * size, size, [&](size_t row, std::span<float> out) {
    std::fill(out.begin(), out.end(), 0.0F);
    if (row < 2 * size) {
      out[0] = 1;
    } else {
      const auto values = mixer.inner.Row((row - 2 * size) % width);
      std::copy(values.begin(), values.end(), out.begin());
    }
  });
  file.AddMatrix("blk.0.shortconv.out_proj.weight", size, size, [&](size_t row, std::span<float> out) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = mixer.outer.Row(row)[i] * mixer.gain;
  });
}

void AddConvolution(const Shape& shape, const std::string& layer, GgufFile& file) {
  file.AddFloatMatrix(layer + "shortconv.conv.weight", shape.embd, kLookback + 1,
                      RandomRows(shape, layer + "conv", 0.3F));
  AddRandom(shape, layer + "shortconv.in_proj", 3 * size_t{shape.embd}, shape.embd, kWeights, file);
  AddRandom(shape, layer + "shortconv.out_proj", shape.embd, shape.embd, kFaint, file);
}

void AddAttention(const Shape& shape, const std::string& layer, GgufFile& file) {
  const size_t head = shape.embd / shape.heads, kv = head * shape.kv_heads;
  AddOnes(layer + "attn_q_norm", head, file);
  AddOnes(layer + "attn_k_norm", head, file);
  AddRandom(shape, layer + "attn_q", shape.embd, shape.embd, kWeights, file);
  AddRandom(shape, layer + "attn_k", kv, shape.embd, kWeights, file);
  AddRandom(shape, layer + "attn_v", kv, shape.embd, kWeights, file);
  AddRandom(shape, layer + "attn_output", shape.embd, shape.embd, kFaint, file);
}

}  // namespace

Result<void> AddLfm2(const Shape& shape, const Chain& chain, GgufFile& file) {
  AddSettings(shape, file);
  std::vector<int32_t> kv_heads(shape.layers);
  for (uint32_t i = 1; i < shape.layers; i += 2) kv_heads[i] = static_cast<int32_t>(shape.kv_heads);
  file.Set("lfm2.attention.head_count_kv", kv_heads);  // none: a convolution
  file.Set("lfm2.rope.freq_base", 1e6F);
  file.Set("lfm2.attention.layer_norm_rms_epsilon", 1e-6F);
  file.Set("lfm2.vocab_size", shape.vocabulary);
  file.Set("lfm2.shortconv.l_cache", static_cast<uint32_t>(kLookback + 1));

  const Embeddings embeddings{shape.seed, /*constant=*/true};
  file.AddMatrix("token_embd.weight", shape.vocabulary, shape.embd,
                 [&](size_t row, std::span<float> out) { embeddings.Fill(row, out); });
  const Mixer mixer(shape.embd, shape.embd / kLookback, kLookback, shape.seed);
  for (uint32_t i = 0; i < shape.layers; ++i) {
    const std::string layer = fmt::format("blk.{}.", i);
    AddOnes(layer + "attn_norm", shape.embd, file);
    if (i == 0) {
      AddFirstConvolution(shape, mixer, file);
    } else if (i % 2 == 0) {
      AddConvolution(shape, layer, file);
    } else {
      AddAttention(shape, layer, file);
    }
    AddFeedForward(shape, layer, file);
  }
  AddOnes("token_embd_norm", shape.embd, file);  // this architecture's name for the norm before the output
  YK_TRY(const Head head, SolveHead(embeddings, mixer, chain));
  AddHead(shape, head, file);
  return {};
}

}  // namespace yk::models
