// SPDX-License-Identifier: Apache-2.0
#include "app/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/file.h"

namespace yk::app {

Result<MappedFile> MappedFile::Open(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd.valid() || ::fstat(fd.get(), &info) != 0) return Fail(ErrnoError("read", path, errno));
  if (!S_ISREG(info.st_mode)) return Fail(Code::kInvalid, "{} is not a file", path.string());
  MappedFile out;
  out.size_ = static_cast<size_t>(info.st_size);
  if (out.size_ == 0) return out;
  out.data_ = ::mmap(nullptr, out.size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (out.data_ == MAP_FAILED) {
    out.data_ = nullptr;
    return Fail(ErrnoError("map", path, errno));
  }
  (void)::madvise(out.data_, out.size_, MADV_SEQUENTIAL);
  return out;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace yk::app
