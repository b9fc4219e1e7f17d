// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace yk::sinks {

/// A file that grows by appending and survives crashes. While the job runs the bytes are in `PATH.partial`, where
/// anybody may read them (whole lines after each Sync); an older PATH stays as it was. Finish renames, so PATH is
/// always one whole result. Not thread-safe.
class GrowingFile {
 public:
  explicit GrowingFile(std::filesystem::path path);

  /// What is certain: bytes and their CRC-32.
  struct Mark {
    uint64_t bytes = 0;
    uint32_t crc = 0;
  };

  /// An empty `.partial`; folders are made. kUnauthorized, kExhausted, …: the folder cannot be written.
  Result<void> Start();

  /// Goes on behind `mark`: bytes after it are cut. The file may have been finished before. kConflict: the bytes
  /// before the mark are not those that were written.
  Result<void> Resume(const Mark& mark);

  /// Buffers; writes when the buffer is full. A failed write loses nothing: the bytes stay in the buffer, and the next
  /// Append or Sync tries again.
  Result<void> Append(std::string_view bytes);

  /// Everything appended is on the disk.
  Result<Mark> Sync();

  /// Sync, then the file takes its name. Appending again needs Resume.
  Result<void> Finish();

  /// The file is not wanted after all: `.partial` and an older PATH go.
  Result<void> Remove();

  bool empty() const { return written_ == 0 && buffer_.empty(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  Result<void> Open(const std::filesystem::path& path, int flags);
  Result<void> WriteBuffer();
  Result<uint32_t> CrcOfFirst(uint64_t bytes) const;

  const std::filesystem::path path_;
  const std::filesystem::path partial_;
  std::filesystem::path current_;  ///< which of the two is open
  Fd file_;
  std::string buffer_;
  uint64_t written_ = 0;
  uint32_t crc_ = 0;
};

}  // namespace yk::sinks
