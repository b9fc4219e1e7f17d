// SPDX-License-Identifier: Apache-2.0
#include "sources/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/file.h"
#include "sources/mapping_guard.h"

namespace yk::sources {

Result<MappedFile> MappedFile::Open(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(ErrnoError("read", path, errno));
  return Map(fd.get(), path);
}

Result<MappedFile> MappedFile::Map(int fd, const std::filesystem::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return Fail(ErrnoError("read", path, errno));
  if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalid, "{} is not a file", path.string());
  MappedFile out;
  out.size_ = static_cast<size_t>(info.st_size);
  if (out.size_ == 0) return out;
  out.data_ = ::mmap(nullptr, out.size_, PROT_READ, MAP_PRIVATE, fd, 0);
  if (out.data_ == MAP_FAILED) {
    out.data_ = nullptr;
    return Fail(ErrnoError("map", path, errno));
  }
  (void)::madvise(out.data_, out.size_, MADV_SEQUENTIAL);
  out.guard_ = GuardMapping(out.data_, out.size_);
  return out;
}

bool MappedFile::Shrunk() const { return MappingWasHit(guard_); }

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      guard_(std::exchange(other.guard_, -1)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(guard_, other.guard_);
  return *this;
}

MappedFile::~MappedFile() {
  UnguardMapping(guard_);
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace yk::sources
