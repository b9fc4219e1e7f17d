// SPDX-License-Identifier: Apache-2.0
#include "sinks/built_file.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "base/file.h"

namespace yk::sinks {
namespace fs = std::filesystem;

fs::path PartialOf(const fs::path& path) { return path.string() + ".partial"; }

Result<void> CheckCanBuild(const fs::path& path) {
  std::error_code error;
  const fs::path folder = path.parent_path();
  fs::create_directories(folder, error);
  if (error) return Fail(ErrnoError("make the folder", folder, error.value()));
  const fs::path partial = PartialOf(path);
  const Fd fd(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(ErrnoError("write", partial, errno));
  fs::remove(partial, error);
  return {};
}

}  // namespace yk::sinks
