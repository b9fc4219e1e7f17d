// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace yk::sources {

/// A file's bytes, mapped for reading. Moves, does not copy. When the file becomes shorter while it is mapped, what is
/// missing reads as zeros, and `Shrunk` says so.
class MappedFile {
 public:
  /// kNotFound, kUnauthorized, …: as ReadFile says. kInvalid: not a regular file.
  static Result<MappedFile> Open(const std::filesystem::path& path);
  /// The open file, whose name for messages is `path`. The descriptor may be closed afterwards.
  static Result<MappedFile> Map(int fd, const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

  /// Whether somebody has read a byte that is no longer there.
  bool Shrunk() const;

 private:
  MappedFile() = default;
  void* data_ = nullptr;
  size_t size_ = 0;
  int guard_ = -1;
};

}  // namespace yk::sources
