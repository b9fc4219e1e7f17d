// SPDX-License-Identifier: Apache-2.0
#include "sqlite/fault_vfs.h"

#include <unistd.h>

namespace yk::sqlite {

struct FaultVfs::File {
  sqlite3_file base;
  FaultVfs* vfs;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

/// The C callbacks; each finds its objects in the file or the VFS it is given.
struct FaultVfsCalls {
  using File = FaultVfs::File;
  static File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static FaultVfs* Of(sqlite3_vfs* vfs) { return static_cast<FaultVfs*>(vfs->pAppData); }
  static sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real(); }

  static int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    FaultVfs* self = Of(vfs);
    File* f = Of(file);
    f->vfs = self;
    f->base.pMethods = nullptr;
    const int rc = self->real_->xOpen(self->real_, name, f->real(), flags, out_flags);
    if (rc == SQLITE_OK) f->base.pMethods = &kMethods;
    return rc;
  }
  static int Delete(sqlite3_vfs* vfs, const char* name, int sync) {
    return Of(vfs)->real_->xDelete(Of(vfs)->real_, name, sync);
  }
  static int Access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    return Of(vfs)->real_->xAccess(Of(vfs)->real_, name, flags, out);
  }
  static int FullPathname(sqlite3_vfs* vfs, const char* name, int size, char* out) {
    return Of(vfs)->real_->xFullPathname(Of(vfs)->real_, name, size, out);
  }
  static int Randomness(sqlite3_vfs* vfs, int size, char* out) {
    return Of(vfs)->real_->xRandomness(Of(vfs)->real_, size, out);
  }
  static int Sleep(sqlite3_vfs* vfs, int us) { return Of(vfs)->real_->xSleep(Of(vfs)->real_, us); }
  static int CurrentTime(sqlite3_vfs* vfs, double* out) { return Of(vfs)->real_->xCurrentTime(Of(vfs)->real_, out); }
  static int GetLastError(sqlite3_vfs* vfs, int size, char* out) {
    return Of(vfs)->real_->xGetLastError(Of(vfs)->real_, size, out);
  }
  static int CurrentTimeInt64(sqlite3_vfs* vfs, sqlite3_int64* out) {
    return Of(vfs)->real_->xCurrentTimeInt64(Of(vfs)->real_, out);
  }

  static int Close(sqlite3_file* file) { return Real(file)->pMethods->xClose(Real(file)); }
  static int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
    return Real(file)->pMethods->xRead(Real(file), out, size, at);
  }
  static int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    FaultVfs* self = Of(file)->vfs;
    const FaultVfs::Fault fault = self->fault_;
    if (self->Hit()) {
      if (fault == FaultVfs::Fault::kFull) return SQLITE_FULL;
      if (fault == FaultVfs::Fault::kIoError) return SQLITE_IOERR_WRITE;
      if (fault == FaultVfs::Fault::kTornExit) Real(file)->pMethods->xWrite(Real(file), data, size / 2, at);
      ::_exit(FaultVfs::kExitStatus);
    }
    self->bytes_ += size;
    return Real(file)->pMethods->xWrite(Real(file), data, size, at);
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    return Real(file)->pMethods->xTruncate(Real(file), size);
  }
  static int Sync(sqlite3_file* file, int flags) {
    FaultVfs* self = Of(file)->vfs;
    const FaultVfs::Fault fault = self->fault_;
    if (self->Hit()) {
      if (fault == FaultVfs::Fault::kFull || fault == FaultVfs::Fault::kIoError) return SQLITE_IOERR_FSYNC;
      ::_exit(FaultVfs::kExitStatus);
    }
    ++self->syncs_;
    return self->skip_syncs_ ? SQLITE_OK : Real(file)->pMethods->xSync(Real(file), flags);
  }
  static int FileSize(sqlite3_file* file, sqlite3_int64* out) {
    return Real(file)->pMethods->xFileSize(Real(file), out);
  }
  static int Lock(sqlite3_file* file, int level) { return Real(file)->pMethods->xLock(Real(file), level); }
  static int Unlock(sqlite3_file* file, int level) { return Real(file)->pMethods->xUnlock(Real(file), level); }
  static int CheckReservedLock(sqlite3_file* file, int* out) {
    return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
  }
  static int FileControl(sqlite3_file* file, int op, void* arg) {
    return Real(file)->pMethods->xFileControl(Real(file), op, arg);
  }
  static int SectorSize(sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); }
  static int Characteristics(sqlite3_file* file) { return Real(file)->pMethods->xDeviceCharacteristics(Real(file)); }
  static int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, out);
  }
  static int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
    return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
  }
  static void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
  static int ShmUnmap(sqlite3_file* file, int remove) { return Real(file)->pMethods->xShmUnmap(Real(file), remove); }

  static constexpr sqlite3_io_methods kMethods = {2,
                                                  Close,
                                                  Read,
                                                  Write,
                                                  Truncate,
                                                  Sync,
                                                  FileSize,
                                                  Lock,
                                                  Unlock,
                                                  CheckReservedLock,
                                                  FileControl,
                                                  SectorSize,
                                                  Characteristics,
                                                  ShmMap,
                                                  ShmLock,
                                                  ShmBarrier,
                                                  ShmUnmap,
                                                  nullptr,
                                                  nullptr};
};

FaultVfs::FaultVfs(std::string name) : name_(std::move(name)), real_(sqlite3_vfs_find(nullptr)) {
  vfs_.iVersion = 2;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.mxPathname = real_->mxPathname;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = FaultVfsCalls::Open;
  vfs_.xDelete = FaultVfsCalls::Delete;
  vfs_.xAccess = FaultVfsCalls::Access;
  vfs_.xFullPathname = FaultVfsCalls::FullPathname;
  vfs_.xRandomness = FaultVfsCalls::Randomness;
  vfs_.xSleep = FaultVfsCalls::Sleep;
  vfs_.xCurrentTime = FaultVfsCalls::CurrentTime;
  vfs_.xGetLastError = FaultVfsCalls::GetLastError;
  vfs_.xCurrentTimeInt64 = FaultVfsCalls::CurrentTimeInt64;
  sqlite3_vfs_register(&vfs_, 0);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }

void FaultVfs::BreakAt(Fault fault, int64_t at) {
  calls_ = 0;
  at_ = at;
  fault_ = fault;
}

bool FaultVfs::Hit() {
  const int64_t n = ++calls_;
  return fault_ != Fault::kNone && n >= at_;
}

}  // namespace yk::sqlite
