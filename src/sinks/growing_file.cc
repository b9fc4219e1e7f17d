// SPDX-License-Identifier: Apache-2.0
#include "sinks/growing_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sinks/crc32.h"

namespace yk::sinks {
namespace fs = std::filesystem;
namespace {

constexpr size_t kBufferBytes = size_t{1} << 20;

Result<void> SyncFolder(const fs::path& file) {
  const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return Fail(ErrnoError("write", folder, errno));
  return {};
}

}  // namespace

GrowingFile::GrowingFile(fs::path path) : path_(std::move(path)), partial_(path_.string() + ".partial") {}

Result<void> GrowingFile::Open(const fs::path& path, int flags) {
  file_ = Fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | flags, 0644));
  if (!file_.valid()) return Fail(ErrnoError("write", path, errno));
  current_ = path;
  buffer_.clear();
  return {};
}

Result<void> GrowingFile::Start() {
  std::error_code error;
  if (fs::is_directory(path_, error)) {
    return Fail(Code::kInvalid, "cannot write {}: it is a folder; name a file in it", path_.string());
  }
  if (!path_.parent_path().empty()) {
    fs::create_directories(path_.parent_path(), error);
    if (error) return Fail(ErrnoError("make the folder", path_.parent_path(), error.value()));
  }
  YK_TRY_VOID(Open(partial_, O_CREAT | O_TRUNC));
  written_ = 0;
  crc_ = 0;
  return SyncFolder(partial_);
}

Result<uint32_t> GrowingFile::CrcOfFirst(uint64_t bytes) const {
  std::string piece(kBufferBytes, '\0');
  uint32_t crc = 0;
  for (uint64_t at = 0; at < bytes;) {
    const size_t want = std::min<uint64_t>(piece.size(), bytes - at);
    const ssize_t n = ::pread(file_.get(), piece.data(), want, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("read", current_, errno));
    if (n == 0) break;
    crc = Crc32(std::string_view(piece).substr(0, static_cast<size_t>(n)), crc);
    at += static_cast<uint64_t>(n);
  }
  return crc;
}

Result<void> GrowingFile::Resume(const Mark& mark) {
  std::error_code error;
  const bool finished = !fs::exists(partial_, error) && fs::exists(path_, error);
  if (mark.bytes > 0 && !finished && !fs::exists(partial_, error)) {
    return Fail(Code::kConflict, "{} is gone, and the job had delivered {} bytes to it; put it back, or run the job with --new "
                                 "(answers already paid for are used again)",
                partial_.string(), mark.bytes);
  }
  YK_TRY_VOID(Open(finished ? path_ : partial_, mark.bytes == 0 ? O_CREAT : 0));
  YK_TRY(const uint32_t crc, CrcOfFirst(mark.bytes));
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return Fail(ErrnoError("read", current_, errno));
  if (static_cast<uint64_t>(info.st_size) < mark.bytes || crc != mark.crc) {
    return Fail(Code::kConflict, "{} was changed by something else since the job stopped; move it away and run the job with "
                                 "--new (answers already paid for are used again)",
                current_.string());
  }
  if (::ftruncate(file_.get(), static_cast<off_t>(mark.bytes)) != 0 ||
      ::lseek(file_.get(), 0, SEEK_END) < 0) {
    return Fail(ErrnoError("write", current_, errno));
  }
  written_ = mark.bytes;
  crc_ = crc;
  return {};
}

Result<void> GrowingFile::WriteBuffer() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t n = ::write(file_.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int number = errno;
      // What did get out stays counted, so that a later try goes on in the right place.
      buffer_.erase(0, buffer_.size() - rest.size());
      return Fail(ErrnoError("write", current_, number));
    }
    crc_ = Crc32(rest.substr(0, static_cast<size_t>(n)), crc_);
    written_ += static_cast<uint64_t>(n);
    rest.remove_prefix(static_cast<size_t>(n));
  }
  buffer_.clear();
  return {};
}

Result<void> GrowingFile::Append(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) return WriteBuffer();
  return {};
}

Result<GrowingFile::Mark> GrowingFile::Sync() {
  YK_TRY_VOID(WriteBuffer());
  if (::fdatasync(file_.get()) != 0) return Fail(ErrnoError("write", current_, errno));
  return Mark{written_, crc_};
}

Result<void> GrowingFile::Finish() {
  YK_TRY(const Mark mark, Sync());
  (void)mark;
  if (current_ == partial_) {
    std::error_code error;
    fs::rename(partial_, path_, error);
    if (error) return Fail(ErrnoError("write", path_, error.value()));
    YK_TRY_VOID(SyncFolder(path_));
  }
  file_.Close();
  return {};
}

Result<void> GrowingFile::Remove() {
  file_.Close();
  std::error_code error;
  fs::remove(partial_, error);
  if (!error) fs::remove(path_, error);
  if (error) return Fail(ErrnoError("remove", path_, error.value()));
  return {};
}

}  // namespace yk::sinks
