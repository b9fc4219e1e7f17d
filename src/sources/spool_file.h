// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "sources/mapped_file.h"

namespace yk::sources {

/// A file without a name in the folder for temporary files: for what must be read at any place but comes as a stream.
/// It goes when the last mapping goes, also after a crash.
class SpoolFile {
 public:
  static Result<SpoolFile> Create();

  /// kExhausted: the disk is full.
  Result<void> Write(std::string_view bytes);

  /// What was written. Nothing may be written afterwards.
  Result<MappedFile> Map();

 private:
  explicit SpoolFile(Fd fd, std::string folder) : fd_(std::move(fd)), folder_(std::move(folder)) {}
  Fd fd_;
  std::string folder_;
};

}  // namespace yk::sources
