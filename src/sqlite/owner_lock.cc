// SPDX-License-Identifier: Apache-2.0
#include "sqlite/owner_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace yk::sqlite {

namespace fs = std::filesystem;

Result<OwnerLock> OwnerLock::Take(const fs::path& db) {
  const fs::path path = db.string() + ".lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) {
    const int error_number = errno;
    if (error_number == EACCES || error_number == EROFS) {
      return Fail(Code::kUnauthorized,
                  "the store {} or its folder is read-only: make both writable, or name another store "
                  "with --store",
                  db.string());
    }
    return Fail(ErrnoError("opening", path, error_number));
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Fail(ErrnoError("locking", path, errno));
    char pid[32] = {};
    const ssize_t size = ::pread(fd.get(), pid, sizeof(pid) - 1, 0);
    const std::string holder = size > 0 ? std::string(pid, static_cast<size_t>(size)) : "?";
    return Fail(Code::kConflict,
                "the store {} is in use by process {}: let it finish, stop it (kill {}), or name another "
                "store with --store",
                db.string(), holder, holder);
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
    return Fail(ErrnoError("writing", path, errno));
  }
  return OwnerLock(std::move(fd));
}

}  // namespace yk::sqlite
