// SPDX-License-Identifier: Apache-2.0
#include "reader/scratch_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace yk::reader {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = "yakan-office-";
constexpr std::string_view kPattern = "XXXXXX";  ///< mkdtemp puts six letters and digits there

bool IsOurName(std::string_view name) {
  if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + kPattern.size()) return false;
  name.remove_prefix(kPrefix.size());
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// The folder, open and locked; invalid when it is gone, no folder of this user, or held by somebody.
Fd Hold(const fs::path& path) {
  Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!folder.valid() || ::fstat(folder.get(), &info) != 0 || info.st_uid != ::geteuid()) return {};
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) return {};
  // Another process may have held and removed it between the two calls.
  struct stat now {};
  const bool same = ::lstat(path.c_str(), &now) == 0 && now.st_dev == info.st_dev && now.st_ino == info.st_ino;
  return same ? std::move(folder) : Fd();
}

}  // namespace

Result<ScratchFolder> ScratchFolder::Make(const fs::path& parent) {
  // Another process that starts may take a folder that is not locked yet for one that was left behind.
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    std::string name = (parent / kPrefix).string() + std::string(kPattern);
    if (::mkdtemp(name.data()) == nullptr) return Fail(ErrnoError("make a folder at", name, errno));
    if (Fd held = Hold(name); held.valid()) return ScratchFolder(name, std::move(held));
    ::rmdir(name.c_str());
  }
  return Fail(Code::kUnavailable, "cannot keep a folder in {}; something removes what is made there", parent.string());
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

void ScratchFolder::RemoveLeftBehind(const fs::path& parent) {
  std::error_code ignored;
  for (fs::directory_iterator at(parent, ignored), end; at != end; at.increment(ignored)) {
    if (!IsOurName(at->path().filename().string())) continue;
    if (const Fd held = Hold(at->path()); held.valid()) {
      std::error_code kept;
      fs::remove_all(at->path(), kept);
    }
  }
}

}  // namespace yk::reader
