// SPDX-License-Identifier: Apache-2.0
// GGUF files for tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace yk::hub {

/// Writes a GGUF file value by value, and nothing prevents it from writing a wrong one.
class GgufBuilder {
 public:
  explicit GgufBuilder(uint32_t version = 3) : version_(version) {}

  /// What a small model of that architecture says of itself.
  static GgufBuilder Model(const std::string& architecture = "llama") {
    GgufBuilder builder;
    builder.Text("general.architecture", architecture);
    builder.Text("general.name", "A small one");
    builder.Number("general.file_type", 15);
    builder.Number(architecture + ".context_length", 4096);
    builder.Number(architecture + ".block_count", 4);
    builder.Number(architecture + ".embedding_length", 256);
    builder.Number(architecture + ".attention.head_count", 8);
    builder.Number(architecture + ".attention.head_count_kv", 2);
    builder.Text("tokenizer.ggml.model", "gpt2");
    builder.Texts("tokenizer.ggml.tokens", {"a", "b", "", "c"});
    builder.Text("tokenizer.chat_template", "{{ messages }}");
    return builder;
  }

  GgufBuilder& Text(std::string_view key, std::string_view value) {
    Pair(key, 8);
    String(pairs_, value);
    return *this;
  }
  GgufBuilder& Number(std::string_view key, uint32_t value) {
    Pair(key, 4);
    Raw(pairs_, value);
    return *this;
  }
  template <typename T>
  GgufBuilder& Typed(std::string_view key, uint32_t type, T value) {
    Pair(key, type);
    Raw(pairs_, value);
    return *this;
  }
  GgufBuilder& Texts(std::string_view key, const std::vector<std::string>& values) {
    Pair(key, 9);
    Raw(pairs_, uint32_t{8});
    Raw(pairs_, uint64_t{values.size()});
    for (const auto& value : values) String(pairs_, value);
    return *this;
  }
  GgufBuilder& Numbers(std::string_view key, const std::vector<uint32_t>& values) {
    Pair(key, 9);
    Raw(pairs_, uint32_t{4});
    Raw(pairs_, uint64_t{values.size()});
    for (const uint32_t value : values) Raw(pairs_, value);
    return *this;
  }
  GgufBuilder& Tensor(std::string_view name, const std::vector<uint64_t>& sizes, uint32_t type, uint64_t offset) {
    ++tensor_count_;
    String(tensors_, name);
    Raw(tensors_, static_cast<uint32_t>(sizes.size()));
    for (const uint64_t size : sizes) Raw(tensors_, size);
    Raw(tensors_, type);
    Raw(tensors_, offset);
    return *this;
  }

  /// The header up to where the tensors' data begin.
  std::string Header() const {
    std::string out = "GGUF";
    Raw(out, version_);
    Raw(out, tensor_count_);
    Raw(out, pair_count_);
    out += pairs_ + tensors_;
    out.resize((out.size() + 31) / 32 * 32);
    return out;
  }

  /// A whole file with one tensor of random bytes (32-bit floats) and about `bytes` long.
  std::string File(size_t bytes, uint32_t seed) const {
    const size_t floats = bytes / 4 / 32 * 32;
    GgufBuilder whole = *this;
    whole.Tensor("token_embd.weight", {32, floats / 32}, 0, 0);
    std::string out = whole.Header();
    std::mt19937 random(seed);
    for (size_t i = 0; i < floats; ++i) Raw(out, static_cast<uint32_t>(random()));
    return out;
  }

 private:
  template <typename T>
  static void Raw(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  static void String(std::string& out, std::string_view text) {
    Raw(out, uint64_t{text.size()});
    out += text;
  }
  void Pair(std::string_view key, uint32_t type) {
    ++pair_count_;
    String(pairs_, key);
    Raw(pairs_, type);
  }

  const uint32_t version_;
  uint64_t tensor_count_ = 0, pair_count_ = 0;
  std::string pairs_, tensors_;
};

}  // namespace yk::hub
