// SPDX-License-Identifier: Apache-2.0
#include "llama/memory.h"

#include <llama.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <limits>
#include <string>

#include "llama/library.h"

namespace yk::llama {
namespace {

constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

uint64_t FirstNumber(const char* path) {
  std::ifstream file(path);
  uint64_t value = 0;
  return file >> value ? value : kUnlimited;
}

uint64_t SystemAvailable() {
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    uint64_t kilobytes = 0;
    if (word == "MemAvailable:" && file >> kilobytes) return kilobytes * 1024;
  }
  return kUnlimited;
}

uint64_t GroupAvailable() {
  const uint64_t most = FirstNumber("/sys/fs/cgroup/memory.max");
  const uint64_t used = FirstNumber("/sys/fs/cgroup/memory.current");
  if (most == kUnlimited || used == kUnlimited) return kUnlimited;
  return most > used ? most - used : 0;
}

int64_t MetaNumber(const llama_model* model, const std::string& key, int64_t otherwise) {
  std::array<char, 64> buffer{};
  if (llama_model_meta_val_str(model, key.c_str(), buffer.data(), buffer.size()) < 0) return otherwise;
  int64_t value = otherwise;
  std::from_chars(buffer.data(), buffer.data() + std::char_traits<char>::length(buffer.data()), value);
  return value;
}

std::string Architecture(const llama_model* model) {
  std::array<char, 128> buffer{};
  return llama_model_meta_val_str(model, "general.architecture", buffer.data(), buffer.size()) < 0 ? "" : buffer.data();
}

}  // namespace

uint64_t MemoryAvailable() { return std::min(SystemAvailable(), GroupAvailable()); }

Result<void> FitsMemory(const std::filesystem::path& path, uint64_t file_bytes) {
  for (const Device& device : Devices()) {
    if (device.gpu) return {};
  }
  const uint64_t free = MemoryAvailable();
  if (file_bytes <= free) return {};
  return Fail(
      Code::kExhausted,
      "the model file {} needs {:.1f} GB of memory and {:.1f} GB are free; close other programs or take a smaller "
      "quantisation",
      path.string(), static_cast<double>(file_bytes) / 1e9, static_cast<double>(free) / 1e9);
}

uint64_t CacheBytesPerToken(const llama_model* model, bool q8) {
  const std::string prefix = Architecture(model) + ".attention.";
  const int64_t heads = std::max(1, llama_model_n_head(model));
  const int64_t kv_heads = std::max(1, llama_model_n_head_kv(model));
  const int64_t width = llama_model_n_embd(model) / heads;
  const int64_t key = MetaNumber(model, prefix + "key_length", width);
  const int64_t value = MetaNumber(model, prefix + "value_length", width);
  const auto values = static_cast<uint64_t>(llama_model_n_layer(model) * kv_heads * (key + value));
  // Q8_0 keeps 32 values in 34 bytes.
  return q8 ? values * 34 / 32 : values * 2;
}

}  // namespace yk::llama
