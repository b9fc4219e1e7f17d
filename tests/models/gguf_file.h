// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ggml.h>
#include <gguf.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace yk::models {

struct FreeGguf {
  void operator()(gguf_context* context) const { gguf_free(context); }
};
struct FreeGgml {
  void operator()(ggml_context* context) const { ggml_free(context); }
};

/// A model file in the making: settings first, then tensors, then Write.
class GgufFile {
 public:
  GgufFile();

  /// Takes over every setting of another file.
  void SetAll(const gguf_context& other) { gguf_set_kv(meta_.get(), &other); }
  void Set(const std::string& key, const std::string& value) {
    gguf_set_val_str(meta_.get(), key.c_str(), value.c_str());
  }
  void Set(const std::string& key, uint32_t value) { gguf_set_val_u32(meta_.get(), key.c_str(), value); }
  void Set(const std::string& key, float value) { gguf_set_val_f32(meta_.get(), key.c_str(), value); }
  void SetBool(const std::string& key, bool value) { gguf_set_val_bool(meta_.get(), key.c_str(), value); }
  void Set(const std::string& key, const std::vector<int32_t>& values);
  void Set(const std::string& key, const std::vector<std::string>& values);

  /// Adds a matrix of 8-bit numbers (Q8_0) whose rows `fill` writes; cols is a multiple of 32.
  using Fill = std::function<void(size_t row, std::span<float>)>;
  void AddMatrix(const std::string& name, size_t rows, size_t cols, const Fill& fill);
  /// The same in 32-bit floats, for what llama.cpp reads no other way.
  void AddFloatMatrix(const std::string& name, size_t rows, size_t cols, const Fill& fill);
  void AddVector(const std::string& name, const std::vector<float>& values);

  /// Writes the file beside `path` and moves it there, so that a file of this name is always a whole one.
  Result<void> Write(const std::string& path) const;

 private:
  void Add(const std::string& name, ggml_type type, size_t rows, size_t cols, const Fill& fill);

  std::unique_ptr<gguf_context, FreeGguf> meta_;
  std::unique_ptr<ggml_context, FreeGgml> tensors_;  // names and shapes
  std::vector<std::unique_ptr<char[]>> data_;
};

}  // namespace yk::models
