// SPDX-License-Identifier: Apache-2.0
#include "sources/unchanged.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "base/hash.h"

namespace yk::sources {
namespace {

constexpr size_t kSeenMax = 4096;

}  // namespace

Result<void> UnchangedFiles::Check(const InputFile& file, const std::string& sha256) const {
  struct stat info {};
  if (::stat(file.path.c_str(), &info) != 0) return Fail(ErrnoError("read", file.path, errno));
  const Seen now{static_cast<uint64_t>(info.st_size),
                 info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec,
                 static_cast<uint64_t>(info.st_ino),
                 {}};
  std::string found;
  {
    MutexLock lock(mutex_);
    const auto seen = seen_.find(file.shown);
    if (seen != seen_.end() && seen->second.size == now.size && seen->second.changed_ns == now.changed_ns &&
        seen->second.inode == now.inode) {
      found = seen->second.sha256;
    }
  }
  if (found.empty()) {
    YK_TRY(const FileDigest digest, HashFile(file.path));
    found = ToHex(digest.sha256);
    MutexLock lock(mutex_);
    if (seen_.size() >= kSeenMax) seen_.clear();
    seen_[file.shown] = {now.size, now.changed_ns, now.inode, found};
  }
  // No hash: the file could not be read when the job began; now it can be, and that is welcome.
  if (sha256.empty() || found == sha256) return {};
  return Fail(Code::kConflict,
              "the file changed after the job began; put the old one back and retry the row, or start the "
              "job with --new");
}

std::string HashOrEmpty(const std::filesystem::path& path) {
  auto digest = HashFile(path);
  return digest ? ToHex(digest->sha256) : std::string();
}

}  // namespace yk::sources
