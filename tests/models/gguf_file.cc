// SPDX-License-Identifier: Apache-2.0
#include "gguf_file.h"

#include <filesystem>

namespace yk::models {

constexpr size_t kTensorsMax = 4096;

GgufFile::GgufFile()
    : meta_(gguf_init_empty()),
      tensors_(ggml_init({kTensorsMax * ggml_tensor_overhead(), nullptr, /*no_alloc=*/true})) {}

void GgufFile::Set(const std::string& key, const std::vector<int32_t>& values) {
  gguf_set_arr_data(meta_.get(), key.c_str(), GGUF_TYPE_INT32, values.data(), values.size());
}

void GgufFile::Set(const std::string& key, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  pointers.reserve(values.size());
  for (const auto& value : values) pointers.push_back(value.c_str());
  gguf_set_arr_str(meta_.get(), key.c_str(), pointers.data(), pointers.size());
}

void GgufFile::AddMatrix(const std::string& name, size_t rows, size_t cols, const Fill& fill) {
  Add(name, GGML_TYPE_Q8_0, rows, cols, fill);
}

void GgufFile::AddFloatMatrix(const std::string& name, size_t rows, size_t cols, const Fill& fill) {
  Add(name, GGML_TYPE_F32, rows, cols, fill);
}

void GgufFile::AddVector(const std::string& name, const std::vector<float>& values) {
  Add(name, GGML_TYPE_F32, 1, values.size(),
      [&](size_t, std::span<float> out) { std::copy(values.begin(), values.end(), out.begin()); });
}

void GgufFile::Add(const std::string& name, ggml_type type, size_t rows, size_t cols, const Fill& fill) {
  const auto width = static_cast<int64_t>(cols);
  ggml_tensor* tensor = rows == 1 ? ggml_new_tensor_1d(tensors_.get(), type, width)
                                  : ggml_new_tensor_2d(tensors_.get(), type, width, static_cast<int64_t>(rows));
  ggml_set_name(tensor, name.c_str());
  auto& data = data_.emplace_back(new char[ggml_nbytes(tensor)]);
  std::vector<float> row(cols);
  for (size_t r = 0; r < rows; ++r) {
    fill(r, row);
    ggml_quantize_chunk(type, row.data(), data.get() + r * ggml_row_size(type, width), 0, 1, width, nullptr);
  }
  gguf_add_tensor(meta_.get(), tensor);
  gguf_set_tensor_data(meta_.get(), name.c_str(), data.get());
}

Result<void> GgufFile::Write(const std::string& path) const {
  const std::string unfinished = path + ".new";
  std::error_code error;
  if (!gguf_write_to_file(meta_.get(), unfinished.c_str(), /*only_meta=*/false)) {
    return Fail(Code::kUnavailable, "{} cannot be written", unfinished);
  }
  std::filesystem::rename(unfinished, path, error);
  if (error) return Fail(Code::kUnavailable, "{} cannot be written: {}", path, error.message());
  return {};
}

}  // namespace yk::models
