// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yk::formats {

/// A content as a file with a path, for libraries that open files by path only. It is no file on a disk: the sandbox
/// lets nothing be written, and no file grow, so one nameless file in memory is made before and lent to one content at
/// a time. One thread.
class MemoryFile {
 public:
  static constexpr size_t kBytesMax = size_t{256} << 20;

  /// Makes the file; to be called before the sandbox is entered. It takes no memory until it is used.
  static Result<void> Prepare();

  /// Copies `bytes` into it. kExhausted: more than kBytesMax.
  static Result<MemoryFile> Hold(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  MemoryFile& operator=(MemoryFile&&) = delete;

  /// Of the content, with zeros behind it.
  std::string path() const;

 private:
  MemoryFile(void* memory, size_t size) : memory_(memory), size_(size) {}
  void* memory_;
  size_t size_;
};

}  // namespace yk::formats
