// SPDX-License-Identifier: Apache-2.0
// For tests: a disk that breaks on command, as a SQLite virtual file system over the real one.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace yk::sqlite {

/// Registered under `name` while the object lives; stores opened with Options.vfs = name use it. Thread-safe.
class FaultVfs {
 public:
  enum class Fault {
    kNone,
    kFull,      ///< the write and all later ones fail with "disk is full" until Heal
    kIoError,   ///< the same with an I/O error of write or sync
    kExit,      ///< the process ends at the write
    kTornExit,  ///< half of the write reaches the file, then the process ends
  };
  static constexpr int kExitStatus = 43;

  explicit FaultVfs(std::string name);
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  const std::string& name() const { return name_; }
  /// The `at`-th write or sync from now on (1 = the next) breaks.
  void BreakAt(Fault fault, int64_t at);
  void Heal() { fault_ = Fault::kNone; }
  /// Writes and syncs since BreakAt.
  int64_t calls() const { return calls_; }
  int64_t syncs() const { return syncs_; }
  int64_t bytes_written() const { return bytes_; }
  /// Makes fsync free, for tests of logic that write thousands of times.
  void SkipSyncs() { skip_syncs_ = true; }

 private:
  struct File;
  friend struct FaultVfsCalls;
  bool Hit();

  const std::string name_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_{};
  std::atomic<Fault> fault_ = Fault::kNone;
  std::atomic<int64_t> at_ = 0, calls_ = 0, syncs_ = 0, bytes_ = 0;
  std::atomic<bool> skip_syncs_ = false;
};

}  // namespace yk::sqlite
