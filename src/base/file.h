// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace yk {

/// The whole file. Errors name the path and the reason (missing, a folder, no permission, larger than `bytes_max`).
Result<std::string> ReadFile(const std::filesystem::path& path, uint64_t bytes_max = uint64_t{4} << 30);

/// Replaces the file in one step: temporary file in the same folder, fsync, rename, fsync of the folder. A crash
/// leaves the old content or the new one. Parent folders are made.
Result<void> WriteFileAtomic(const std::filesystem::path& path, std::string_view content);

struct FileDigest {
  Digest sha256;
  uint64_t size = 0;
};
/// SHA-256 and size, read in pieces.
Result<FileDigest> HashFile(const std::filesystem::path& path);

/// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { Close(); }
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release();
  void Close();

 private:
  int fd_ = -1;
};

/// An Error out of errno: disk full and quota become kExhausted, a missing path kNotFound, no permission
/// kUnauthorized, a read-only file system kUnavailable, the rest kUnavailable.
Error ErrnoError(std::string_view action, const std::filesystem::path& path, int error_number);

}  // namespace yk
