// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "architecture.h"

namespace yk::models {
namespace {

constexpr float kRopeBase = 1e6F;
// By how much a head's score of the place it looks at exceeds all others: e^-24 of the attention is left for these.
constexpr double kMargin = 24;
// The score of a marker. That of the token that stands for "no marker" is three quarters of it, and those of other
// tokens are about normal around 0, with a deviation of this by the square root of (markers / embedding size).
constexpr float kMarkerScore = 80;
constexpr float kOtherwise = 0.75F;

// Layer 0. Rotary positions turn pair i of a head's query and key by position * speed(i): a constant key and a constant
// query that is turned back by n * speed(i) match best n positions apart, if enough pairs turn at different speeds. The
// slowest pair hardly turns at all and is left for the markers.
class FirstLayer {
 public:
  FirstLayer(const Shape& shape, const Embeddings& embeddings, const Markers& markers)
      : size_(shape.embd), head_(shape.embd / shape.heads), pairs_(head_ / 2), position_pairs_(pairs_ / 2) {
    double least = pairs_;
    for (uint32_t distance = 1; distance <= shape.context; ++distance) {
      double difference = 0;
      for (size_t i = 0; i < position_pairs_; ++i) difference += 1 - std::cos(distance * Speed(i));
      least = std::min(least, difference);
    }
    position_ = static_cast<float>(std::sqrt(kMargin * std::sqrt(head_) / least));
    if (markers.words.empty()) return;

    Matrix tokens(markers.words.size() + 1, size_), scores(markers.words.size() + 1, 1);
    for (size_t i = 0; i < tokens.rows; ++i) {
      const bool word = i < markers.words.size();
      embeddings.Fill(static_cast<size_t>(word ? markers.words[i] : markers.otherwise), tokens.Row(i));
      scores.Row(i)[0] = word ? 1 : kOtherwise;
    }
    marker_ = std::sqrt(kMarkerScore * std::sqrt(static_cast<float>(head_)));
    detector_ = LeastNorm(tokens, scores).values;
  }

  std::vector<float> QueryBias(size_t heads) const {
    std::vector<float> bias(heads * head_);
    for (size_t back = 1; back <= kLookback; ++back) {
      float* query = bias.data() + (back - 1) * head_;
      for (size_t i = 0; i < position_pairs_; ++i) {
        const double turn = static_cast<double>(back) * Speed(i);
        query[i] = position_ * static_cast<float>(std::cos(turn));
        query[i + pairs_] = -position_ * static_cast<float>(std::sin(turn));
      }
    }
    if (!detector_.empty()) bias[kLookback * head_ + pairs_ - 1] = marker_;
    return bias;
  }

  std::vector<float> KeyBias(size_t kv_heads) const {
    std::vector<float> bias(kv_heads * head_);
    for (size_t kv = 0; kv < kv_heads; ++kv) std::fill_n(bias.data() + kv * head_, position_pairs_, position_);
    return bias;
  }

  void KeyRow(size_t row, std::span<float> out) const {
    std::fill(out.begin(), out.end(), 0.0F);
    if (row % head_ != pairs_ - 1) return;
    for (size_t i = 0; i < detector_.size(); ++i) out[i] = marker_ * detector_[i];
  }

 private:
  double Speed(size_t pair) const {
    return std::pow(static_cast<double>(kRopeBase), -static_cast<double>(pair) / static_cast<double>(pairs_));
  }

  size_t size_, head_, pairs_, position_pairs_;
  float position_ = 0, marker_ = 0;
  std::vector<float> detector_;
};

void AddAttention(const Shape& shape, const std::string& layer, GgufFile& file) {
  const size_t kv = size_t{shape.embd} / shape.heads * shape.kv_heads;
  AddRandom(shape, layer + "attn_q", shape.embd, shape.embd, kWeights, file);
  AddRandom(shape, layer + "attn_k", kv, shape.embd, kWeights, file);
  AddRandom(shape, layer + "attn_v", kv, shape.embd, kWeights, file);
  AddRandom(shape, layer + "attn_output", shape.embd, shape.embd, shape.embedding ? 3 * kWeights : kFaint, file);
  file.AddVector(layer + "attn_q.bias", std::vector<float>(shape.embd));
  file.AddVector(layer + "attn_k.bias", std::vector<float>(kv));
  file.AddVector(layer + "attn_v.bias", std::vector<float>(kv));
}

void AddFirstAttention(const Shape& shape, const FirstLayer& first, const Mixer& mixer, bool with_markers,
                       GgufFile& file) {
  const std::string layer = "blk.0.";
  const size_t head = mixer.inner.rows, kv = head * shape.kv_heads;
  file.AddMatrix(layer + "attn_q.weight", shape.embd, shape.embd,
                 [](size_t, std::span<float> out) { std::fill(out.begin(), out.end(), 0.0F); });
  file.AddVector(layer + "attn_q.bias", first.QueryBias(shape.heads));
  file.AddMatrix(layer + "attn_k.weight", kv, shape.embd,
                 [&](size_t row, std::span<float> out) { first.KeyRow(row, out); });
  file.AddVector(layer + "attn_k.bias", first.KeyBias(shape.kv_heads));
  file.AddMatrix(layer + "attn_v.weight", kv, shape.embd, [&](size_t row, std::span<float> out) {
    const auto values = mixer.inner.Row(row % head);
    std::copy(values.begin(), values.end(), out.begin());
  });
  file.AddVector(layer + "attn_v.bias", std::vector<float>(kv));
  const size_t used = (kLookback + (with_markers ? 1 : 0)) * head;
  file.AddMatrix(layer + "attn_output.weight", shape.embd, shape.embd, [&](size_t row, std::span<float> out) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = mixer.outer.Row(row)[i] * (i < used ? mixer.gain : kFaint);
  });
}

}  // namespace

Result<void> AddQwen2(const Shape& shape, const Markers& markers, const Chain& chain, GgufFile& file) {
  const size_t head = shape.embd / shape.heads;
  if (shape.heads < kLookback + 1 || shape.heads % shape.kv_heads != 0) {
    return Fail(Code::kInvalid, "--heads must be at least {} and a multiple of --kv-heads", kLookback + 1);
  }
  AddSettings(shape, file);
  file.Set("qwen2.attention.head_count_kv", shape.kv_heads);
  file.Set("qwen2.rope.freq_base", kRopeBase);
  file.Set("qwen2.attention.layer_norm_rms_epsilon", 1e-6F);
  if (shape.embedding) file.Set("qwen2.pooling_type", uint32_t{3});  // of the last token

  const Embeddings embeddings{shape.seed, false};
  file.AddMatrix("token_embd.weight", shape.vocabulary, shape.embd,
                 [&](size_t row, std::span<float> out) { embeddings.Fill(row, out); });
  Head solved;
  for (uint32_t i = 0; i < shape.layers; ++i) {
    const std::string layer = fmt::format("blk.{}.", i);
    AddOnes(layer + "attn_norm", shape.embd, file);
    if (i == 0 && !shape.embedding) {
      const Mixer mixer(shape.embd, head, kLookback, shape.seed);
      AddFirstAttention(shape, FirstLayer(shape, embeddings, markers), mixer, !markers.words.empty(), file);
      YK_TRY(solved, SolveHead(embeddings, mixer, chain));
    } else {
      AddAttention(shape, layer, file);
    }
    AddFeedForward(shape, layer, file);
  }
  AddOnes("output_norm", shape.embd, file);
  AddHead(shape, solved, file);
  return {};
}

}  // namespace yk::models
