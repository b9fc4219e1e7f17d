// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/mutex.h"
#include "base/result.h"
#include "sources/file_list.h"

namespace yk::sources {

/// Whether files are still what they were when the job began. Rows of one file share the work of hashing it.
class UnchangedFiles {
 public:
  /// kConflict when the file's SHA-256 is another now. An empty `sha256` (the file could not be read then) is always
  /// fine. Thread-safe.
  Result<void> Check(const InputFile& file, const std::string& sha256) const;

 private:
  /// What a file was when its hash was last taken.
  struct Seen {
    uint64_t size = 0;
    int64_t changed_ns = 0;
    uint64_t inode = 0;
    std::string sha256;
  };
  mutable Mutex mutex_;
  mutable std::map<std::string, Seen> seen_ YK_GUARDED_BY(mutex_);
};

/// SHA-256 in hex; empty for a file that cannot be read: that is its row's failure later, not the run's now.
std::string HashOrEmpty(const std::filesystem::path& path);

}  // namespace yk::sources
