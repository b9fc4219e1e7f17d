// SPDX-License-Identifier: Apache-2.0
#include "sources/stdin_spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/file.h"
#include "base/hash.h"

namespace yk::sources {
namespace fs = std::filesystem;
namespace {

Result<void> WritePiece(const Fd& out, const fs::path& path, std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t n = ::write(out.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("write", path, errno));
    piece.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

/// Copies everything; returns the hash of it.
Result<std::string> Copy(int fd, const Fd& out, const fs::path& path) {
  Sha256Stream hash;
  uint64_t size = 0;
  std::string piece(size_t{1} << 18, '\0');
  for (;;) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(ErrnoError("read", "standard input", errno));
    if (n == 0) break;
    const std::string_view got = std::string_view(piece).substr(0, static_cast<size_t>(n));
    hash.Update(got);
    size += got.size();
    YK_TRY_VOID(WritePiece(out, path, got));
  }
  if (size == 0)
    return Fail(Code::kInvalid,
                "standard input is empty; pipe the rows in, for example: cat rows.jsonl | yakan run job.yaml");
  if (::fsync(out.get()) != 0) return Fail(ErrnoError("write", path, errno));
  return ToHex(hash.Finish());
}

}  // namespace

Result<fs::path> SpoolStdin(int fd, const fs::path& dir) {
  if (::isatty(fd) == 1) {
    return Fail(Code::kInvalid,
                "the job reads standard input, but that is the terminal; pipe the rows in, for example: "
                "cat rows.jsonl | yakan run job.yaml");
  }
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) return Fail(ErrnoError("make the folder", dir, error.value()));
  const fs::path partial = dir / fmt::format("stdin-{}.partial", RandomId());
  Fd out(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out.valid()) return Fail(ErrnoError("write", partial, errno));
  auto hash = Copy(fd, out, partial);
  out.Close();
  if (!hash) {
    fs::remove(partial, error);
    return Fail(std::move(hash).error());
  }
  const fs::path path = dir / ("stdin-" + *hash);
  fs::rename(partial, path, error);
  if (error) return Fail(ErrnoError("write", path, error.value()));
  return path;
}

}  // namespace yk::sources
