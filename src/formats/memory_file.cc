// SPDX-License-Identifier: Apache-2.0
#include "formats/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace yk::formats {
namespace {

int g_file = -1;  // of the process: it outlives every content, since the sandbox lets no other be made

}  // namespace

Result<void> MemoryFile::Prepare() {
  if (g_file >= 0) return {};
  const int file = ::memfd_create("content", MFD_CLOEXEC);
  // All its size from the beginning: growing is what the limit on file sizes forbids.
  if (file < 0 || ::ftruncate(file, static_cast<off_t>(kBytesMax)) != 0) {
    const int error = errno;
    if (file >= 0) ::close(file);
    return Fail(Code::kInternal, "cannot make a file in memory: {}", std::strerror(error));
  }
  g_file = file;
  return {};
}

Result<MemoryFile> MemoryFile::Hold(std::string_view bytes) {
  YK_TRY_VOID(Prepare());
  if (bytes.empty() || bytes.size() > kBytesMax) {
    return Fail(Code::kExhausted, "the file has {} bytes, but this kind is read up to {}", bytes.size(), kBytesMax);
  }
  void* memory = ::mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_SHARED, g_file, 0);
  if (memory == MAP_FAILED) return Fail(Code::kExhausted, "no memory for a copy of the file: {}", std::strerror(errno));
  std::memcpy(memory, bytes.data(), bytes.size());
  return MemoryFile(memory, bytes.size());
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), size_(other.size_) {}

MemoryFile::~MemoryFile() {
  if (memory_ == nullptr) return;
  // Gives the pages back, so that the next content finds zeros. Where the kernel cannot, zeros are written.
  if (::madvise(memory_, size_, MADV_REMOVE) != 0) std::memset(memory_, 0, size_);
  ::munmap(memory_, size_);
}

std::string MemoryFile::path() const { return fmt::format("/proc/self/fd/{}", g_file); }

}  // namespace yk::formats
