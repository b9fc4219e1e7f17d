// SPDX-License-Identifier: Apache-2.0
#include "sinks/xlsx_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "sinks/built_file.h"
#include "sinks/xlsx_report.h"

namespace yk::sinks {
namespace fs = std::filesystem;
namespace {

Result<void> SyncFile(const fs::path& path, int flags) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return Fail(ErrnoError("write", path, errno));
  return {};
}

}  // namespace

Result<void> XlsxSink::Open(const std::optional<store::DeliveryCursor>& resume) {
  next_row_ = resume ? resume->next_row : 0;
  return CheckCanBuild(options_.path);
}

Result<void> XlsxSink::Write(std::span<const store::RowResult> rows) {
  if (!rows.empty()) next_row_ = std::max(next_row_, rows.back().row_id + 1);
  return {};
}

Result<store::DeliveryCursor> XlsxSink::Flush() { return store::DeliveryCursor{next_row_, 0, 0, {}}; }

Result<void> XlsxSink::Close(const Json&) {
  const fs::path partial = PartialOf(options_.path);
  if (auto built = BuildReport(options_, partial); !built) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    return Fail(std::move(built).error().With("building " + options_.path.string()));
  }
  YK_TRY_VOID(SyncFile(partial, 0));
  std::error_code error;
  fs::rename(partial, options_.path, error);
  if (error) return Fail(ErrnoError("write", options_.path, error.value()));
  return SyncFile(options_.path.parent_path(), O_DIRECTORY);
}

}  // namespace yk::sinks
