// SPDX-License-Identifier: Apache-2.0
#include "sources/spool_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

namespace yk::sources {

Result<SpoolFile> SpoolFile::Create() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) folder = "/tmp";
  const std::string pattern = (folder / "yakan-spool-XXXXXX").string();
  std::vector<char> name(pattern.c_str(), pattern.c_str() + pattern.size() + 1);
  Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.valid()) return Fail(ErrnoError("make a temporary file in", folder, errno));
  ::unlink(name.data());
  return SpoolFile(std::move(fd), folder.string());
}

Result<void> SpoolFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail(ErrnoError("write a temporary file in", folder_, errno));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<MappedFile> SpoolFile::Map() { return MappedFile::Map(fd_.get(), folder_); }

}  // namespace yk::sources
