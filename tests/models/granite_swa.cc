// SPDX-License-Identifier: Apache-2.0
#include "architecture.h"
#include "random.h"

namespace yk::models {

Result<void> AddGraniteSwa(const Shape& shape, GgufFile& file) {
  if (shape.heads % shape.kv_heads != 0) return Fail(Code::kInvalid, "--heads must be a multiple of --kv-heads");
  AddSettings(shape, file);
  file.Set("granite_swa.attention.head_count_kv", shape.kv_heads);
  file.Set("granite_swa.rope.freq_base", 1e6F);
  file.Set("granite_swa.attention.layer_norm_rms_epsilon", 1e-6F);
  file.Set("granite_swa.logit_scale", 1.0F);
  file.Set("granite_swa.attention.sliding_window", kWindow);
  std::vector<int32_t> windowed(shape.layers);
  for (uint32_t i = 0; i < shape.layers; i += 2) windowed[i] = 1;
  file.Set("granite_swa.attention.sliding_window_pattern", windowed);

  // As large as embeddings are after a norm, so that what attention adds counts beside them.
  AddRandom(shape, "token_embd", shape.vocabulary, shape.embd, 1, file);
  const size_t kv = size_t{shape.embd} / shape.heads * shape.kv_heads;
  for (uint32_t i = 0; i < shape.layers; ++i) {
    const std::string layer = fmt::format("blk.{}.", i);
    AddOnes(layer + "attn_norm", shape.embd, file);
    // Queries and keys that tell tokens apart: else every token looks at the mean of all.
    AddRandom(shape, layer + "attn_q", shape.embd, shape.embd, 6 * kWeights, file);
    AddRandom(shape, layer + "attn_k", kv, shape.embd, 6 * kWeights, file);
    AddRandom(shape, layer + "attn_v", kv, shape.embd, 3 * kWeights, file);
    AddRandom(shape, layer + "attn_output", shape.embd, shape.embd, 3 * kWeights, file);
    std::vector<float> sinks(shape.heads);
    RowRandom random(shape.seed, layer + "sinks", 0);
    for (float& sink : sinks) sink = random.Next(1);
    file.AddVector(layer + "attn_sinks.weight", sinks);
    AddFeedForward(shape, layer, file);
  }
  AddOnes("output_norm", shape.embd, file);
  AddHead(shape, {}, file);
  return {};
}

}  // namespace yk::models
