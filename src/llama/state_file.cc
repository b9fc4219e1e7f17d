// SPDX-License-Identifier: Apache-2.0
#include "llama/state_file.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include "base/hash.h"

namespace yk::llama {
namespace {

/// Of the first so many bytes; nothing when they cannot be read.
std::optional<Digest> DigestOf(std::istream& file, uint64_t bytes) {
  Sha256Stream hash;
  std::string buffer(size_t{1} << 20, '\0');
  while (bytes > 0) {
    const auto part = static_cast<std::streamsize>(std::min<uint64_t>(bytes, buffer.size()));
    if (!file.read(buffer.data(), part)) return std::nullopt;
    hash.Update(std::string_view(buffer.data(), static_cast<size_t>(part)));
    bytes -= static_cast<uint64_t>(part);
  }
  return hash.Finish();
}

}  // namespace

Result<void> SealStateFile(const std::filesystem::path& path) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto digest = error || !file ? std::nullopt : DigestOf(file, size);
  if (digest) {
    file.seekp(0, std::ios::end);
    file.write(reinterpret_cast<const char*>(digest->data()), static_cast<std::streamsize>(digest->size()));
    file.close();
  }
  if (digest && file) return {};
  return Fail(Code::kUnavailable, "the state of a prompt's beginning could not be written to {}", path.string());
}

bool StateFileIsWhole(const std::filesystem::path& path) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  Digest sealed{};
  if (error || size < sealed.size()) return false;
  std::ifstream file(path, std::ios::binary);
  const auto digest = DigestOf(file, size - sealed.size());
  return digest && file.read(reinterpret_cast<char*>(sealed.data()), static_cast<std::streamsize>(sealed.size())) &&
         sealed == *digest;
}

}  // namespace yk::llama
