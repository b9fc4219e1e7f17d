// SPDX-License-Identifier: Apache-2.0
#include "architecture.h"

namespace yk::models {

Result<void> AddBert(const Shape& shape, GgufFile& file) {
  AddSettings(shape, file);
  file.Set("bert.attention.layer_norm_epsilon", 1e-12F);
  file.SetBool("bert.attention.causal", false);
  file.Set("bert.pooling_type", uint32_t{1});  // the mean of all tokens

  const size_t size = shape.embd;
  const auto norm = [&](const std::string& name) {
    AddOnes(name, size, file);
    file.AddVector(name + ".bias", std::vector<float>(size));
  };
  AddRandom(shape, "token_embd", shape.vocabulary, size, 1, file);
  file.AddFloatMatrix("token_types.weight", 2, size, RandomRows(shape, "token_types", kWeights));
  file.AddFloatMatrix("position_embd.weight", shape.context, size, RandomRows(shape, "position_embd", 0.1F));
  norm("token_embd_norm");
  for (uint32_t i = 0; i < shape.layers; ++i) {
    const std::string layer = fmt::format("blk.{}.", i);
    for (const char* part : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
      AddRandom(shape, layer + part, size, size, 2 * kWeights, file);
      file.AddVector(layer + part + ".bias", std::vector<float>(size));
    }
    norm(layer + "attn_output_norm");
    AddRandom(shape, layer + "ffn_up", shape.ff, size, 2 * kWeights, file);
    file.AddVector(layer + "ffn_up.bias", std::vector<float>(shape.ff));
    AddRandom(shape, layer + "ffn_down", size, shape.ff, 2 * kWeights, file);
    file.AddVector(layer + "ffn_down.bias", std::vector<float>(size));
    norm(layer + "layer_output_norm");
  }
  return {};
}

}  // namespace yk::models
