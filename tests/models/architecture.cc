// SPDX-License-Identifier: Apache-2.0
#include "architecture.h"

#include <algorithm>
#include <cmath>

#include "random.h"

namespace yk::models {

GgufFile::Fill RandomRows(const Shape& shape, std::string name, float deviation) {
  return [seed = shape.seed, name = std::move(name), deviation](size_t row, std::span<float> out) {
    RowRandom random(seed, name, row);
    for (float& value : out) value = random.Next(deviation);
  };
}

void AddRandom(const Shape& shape, const std::string& name, size_t rows, size_t cols, float deviation, GgufFile& file) {
  file.AddMatrix(name + ".weight", rows, cols, RandomRows(shape, name, deviation));
}

void AddOnes(const std::string& name, size_t size, GgufFile& file) {
  file.AddVector(name + ".weight", std::vector<float>(size, 1.0F));
}

void AddSettings(const Shape& shape, GgufFile& file) {
  const auto key = [&](const char* name) { return shape.arch + "." + name; };
  file.Set("general.architecture", shape.arch);
  file.Set("general.name", std::string("random weights for tests"));
  file.Set("general.file_type", uint32_t{7});  // mostly Q8_0
  file.Set(key("block_count"), shape.layers);
  file.Set(key("context_length"), shape.context);
  file.Set(key("embedding_length"), shape.embd);
  file.Set(key("feed_forward_length"), shape.ff);
  file.Set(key("attention.head_count"), shape.heads);
}

void AddFeedForward(const Shape& shape, const std::string& layer, GgufFile& file) {
  AddOnes(layer + "ffn_norm", shape.embd, file);
  AddRandom(shape, layer + "ffn_gate", shape.ff, shape.embd, kWeights, file);
  AddRandom(shape, layer + "ffn_up", shape.ff, shape.embd, kWeights, file);
  AddRandom(shape, layer + "ffn_down", shape.embd, shape.ff, kFaint, file);
}

void AddHead(const Shape& shape, const Head& head, GgufFile& file) {
  const auto random = RandomRows(shape, "output", 1 / std::sqrt(static_cast<float>(shape.embd)));
  file.AddMatrix("output.weight", shape.vocabulary, shape.embd, [&](size_t row, std::span<float> out) {
    const auto known = head.find(static_cast<int32_t>(row));
    if (known == head.end()) return random(row, out);
    std::copy(known->second.begin(), known->second.end(), out.begin());
  });
}

}  // namespace yk::models
