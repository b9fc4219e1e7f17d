// SPDX-License-Identifier: Apache-2.0
#include "sqlite/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "sqlite/schema.h"

namespace yk::sqlite {
namespace {

namespace fs = std::filesystem;

Result<void> SyncFile(const fs::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return Fail(ErrnoError("syncing", path, errno));
  return {};
}

}  // namespace

Result<void> CopyDatabase(Connection& source, const fs::path& destination) {
  sqlite3* target = nullptr;
  int rc = sqlite3_open_v2(destination.c_str(), &target,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  if (rc == SQLITE_OK) {
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source.raw(), "main");
    if (backup == nullptr) {
      rc = sqlite3_extended_errcode(target);
    } else {
      // All pages in one step: one read snapshot, so writers go on and the copy never starts over.
      rc = sqlite3_backup_step(backup, -1);
      const int finish = sqlite3_backup_finish(backup);
      rc = rc == SQLITE_DONE ? finish : rc;
    }
  }
  const std::string detail = target == nullptr ? "no memory" : sqlite3_errmsg(target);
  // The copy is one plain file: without this it would want log files beside it.
  if (rc == SQLITE_OK) rc = sqlite3_exec(target, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
  sqlite3_close(target);
  if (rc != SQLITE_OK) return Fail(SqliteError(rc, detail.c_str(), destination));
  return SyncFile(destination);
}

Result<uint64_t> BackupStore(const fs::path& store, const fs::path& destination) {
  std::error_code ec;
  if (!fs::exists(store, ec))
    return Fail(Code::kNotFound, "there is no store {}: name it with --store", store.string());
  if (fs::exists(destination, ec)) {
    return Fail(Code::kConflict, "{} exists already: name a new file for the backup", destination.string());
  }
  YK_TRY(const auto source, Connection::Open(store, {.mode = OpenMode::kQueryOnly}));
  YK_TRY(const int version, CheckStoreFile(*source));
  if (version == 0) return Fail(Code::kNotFound, "{} is empty: there is nothing to back up", store.string());
  const fs::path part = destination.string() + ".part";
  fs::remove(part, ec);
  auto copied = CopyDatabase(*source, part);
  if (!copied) {
    fs::remove(part, ec);
    return Fail(std::move(copied).error().With("backing up " + store.string()));
  }
  fs::rename(part, destination, ec);
  if (ec) return Fail(ErrnoError("renaming", destination, ec.value()));
  YK_TRY_VOID(SyncFile(destination.has_parent_path() ? destination.parent_path() : fs::path(".")));
  return fs::file_size(destination, ec);
}

}  // namespace yk::sqlite
