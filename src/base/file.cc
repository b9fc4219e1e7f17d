// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace yk {
namespace fs = std::filesystem;

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = other.Release();
  }
  return *this;
}

int Fd::Release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

void Fd::Close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Error ErrnoError(std::string_view action, const fs::path& path, int error_number) {
  Code code = Code::kUnavailable;
  std::string_view remedy;
  switch (error_number) {
    case ENOENT:
      code = Code::kNotFound;
      if (action == "read") remedy = "; check the spelling, or whether it was moved";
      break;
    case EACCES:
    case EPERM:
      code = Code::kUnauthorized;
      remedy = "; check its permissions";
      break;
    case ELOOP: remedy = "; the link leads back to itself"; break;
    case ENOSPC:
    case EDQUOT:
      code = Code::kExhausted;
      remedy = "; free some space and run it again";
      break;
    case EFBIG:
      code = Code::kExhausted;
      remedy = "; raise the limit on file sizes (ulimit -f) or choose another disk, and run it again";
      break;
    case EROFS: remedy = "; choose a folder that can be written"; break;
    default: break;
  }
  return Error{code, fmt::format("cannot {} {}: {}{}", action, path.string(), std::strerror(error_number), remedy), {}};
}

namespace {

Result<Fd> OpenForReading(const fs::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(ErrnoError("read", path, errno));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Fail(ErrnoError("read", path, errno));
  if (S_ISDIR(info.st_mode)) return Fail(Code::kInvalid, "cannot read {}: it is a folder, not a file", path.string());
  return fd;
}

Result<void> WriteAll(const Fd& fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd.get(), content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("write", path, errno));
    content.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

/// Calls `use` with each piece of the file until its end.
template <typename Use>
Result<void> ReadPieces(const Fd& fd, const fs::path& path, Use use) {
  std::string buffer(size_t{1} << 18, '\0');
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("read", path, errno));
    if (n == 0) return {};
    YK_TRY_VOID(use(std::string_view(buffer.data(), static_cast<size_t>(n))));
  }
}

}  // namespace

Result<std::string> ReadFile(const fs::path& path, uint64_t bytes_max) {
  YK_TRY(Fd fd, OpenForReading(path));
  std::string content;
  YK_TRY_VOID(ReadPieces(fd, path, [&](std::string_view piece) -> Result<void> {
    if (content.size() + piece.size() > bytes_max) {
      return Fail(Code::kExhausted, "{} is larger than the limit of {} bytes", path.string(), bytes_max);
    }
    content += piece;
    return {};
  }));
  return content;
}

Result<FileDigest> HashFile(const fs::path& path) {
  YK_TRY(Fd fd, OpenForReading(path));
  Sha256Stream stream;
  FileDigest out;
  YK_TRY_VOID(ReadPieces(fd, path, [&](std::string_view piece) -> Result<void> {
    stream.Update(piece);
    out.size += piece.size();
    return {};
  }));
  out.sha256 = stream.Finish();
  return out;
}

Result<void> WriteFileAtomic(const fs::path& path, std::string_view content) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  // The last step would put a file in its place.
  if (const fs::file_status there = fs::status(path, error);
      fs::exists(there) && !fs::is_regular_file(there) && !fs::is_directory(there)) {
    return Fail(Code::kInvalid, "{} is a device or a pipe, not a file; name a file", path.string());
  }
  fs::create_directories(folder, error);
  if (error) return Fail(ErrnoError("create the folder", folder, error.value()));

  const fs::path temporary = folder / fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid());
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(ErrnoError("write", path, errno));
  auto written = WriteAll(fd, content, path);
  if (written && ::fsync(fd.get()) != 0) written = Fail(ErrnoError("write", path, errno));
  fd.Close();
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = Fail(ErrnoError("write", path, errno));
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (Fd dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); dir.valid()) ::fsync(dir.get());
  return {};
}

}  // namespace yk
