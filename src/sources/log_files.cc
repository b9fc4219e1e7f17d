// SPDX-License-Identifier: Apache-2.0
#include "sources/log_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>

#include "packed/unpack.h"
#include "sources/file_list.h"
#include "sources/folder_walk.h"
#include "sources/own_files.h"
#include "sources/spool_file.h"

namespace yk::sources {
namespace {

constexpr size_t kProbe = size_t{64} << 10;

Result<MappedFile> SpoolStdin() {
  YK_TRY(SpoolFile spool, SpoolFile::Create());
  std::vector<char> piece(size_t{1} << 20);
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(ErrnoError("read", "standard input", errno));
    if (got == 0) break;
    YK_TRY_VOID(spool.Write({piece.data(), static_cast<size_t>(got)}));
  }
  return spool.Map();
}

/// app.log.12.gz -> ("app.log", 12); app.log -> ("app.log", -1).
std::pair<std::string, int64_t> Rotation(std::string name) {
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot + 1 == name.size() || name.size() - dot > 6) return {name, -1};
  int64_t number = 0;
  for (size_t i = dot + 1; i < name.size(); ++i) {
    if (name[i] < '0' || name[i] > '9') return {name, -1};
    number = number * 10 + (name[i] - '0');
  }
  return {name.substr(0, dot), number};
}

}  // namespace

bool ComesBefore(const std::string& a, const std::string& b) {
  const auto [base_a, number_a] = Rotation(a);
  const auto [base_b, number_b] = Rotation(b);
  return std::tuple(base_a, -number_a, a) < std::tuple(base_b, -number_b, b);
}

bool LooksBinary(std::string_view bytes) {
  size_t seen = 0, control = 0;
  std::array<size_t, 2> zeros{};
  for (const size_t from : {size_t{0}, bytes.size() / 2}) {
    const std::string_view part = bytes.substr(from / 2 * 2, kProbe);
    for (size_t i = 0; i < part.size(); ++i) {
      const auto c = static_cast<unsigned char>(part[i]);
      ++seen;
      if (c == 0) ++zeros[i % 2];
      if (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B) ++control;
    }
  }
  if (seen == 0 || control * 10 <= seen) return false;
  // UTF-16 of mostly Latin text: every other byte is zero, and all of them on one side.
  const size_t more = std::max(zeros[0], zeros[1]);
  const size_t fewer = std::min(zeros[0], zeros[1]);
  const bool utf16 = more * 4 > seen && fewer * 20 < more;
  const bool marked = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  return !utf16 && !marked;
}

void LogFiles::Problem(const Error& error) {
  ++incomplete_;
  errors_.push_back(error);
  notes_.push_back(error.ToString() + "; it was left out");
}

Result<void> LogFiles::Add(const std::string& name, MappedFile mapped) {
  if (packed::PackingOf(mapped.bytes()) != packed::Packing::kNone) {
    YK_TRY(SpoolFile spool, SpoolFile::Create());
    const auto unpacked = packed::Unpack(mapped.bytes(), [&](std::string_view piece) { return spool.Write(piece); });
    if (!unpacked && unpacked.error().code != Code::kCorrupt) return Fail(unpacked.error().With(name));
    YK_TRY(MappedFile content, spool.Map());
    if (!unpacked) {
      if (content.bytes().empty()) return Fail(unpacked.error().With(name));
      notes_.push_back(unpacked.error().With(name).ToString());
      ++incomplete_;
    }
    mapped = std::move(content);
  }
  if (LooksBinary(mapped.bytes())) {
    return Fail(Code::kInvalid, "{} is no text but binary data; name text logs, or gzip or zstd files of them", name);
  }
  if (mapped.bytes().empty()) {
    // No line is lost with it: a note, but nothing that could not be read.
    notes_.push_back(name + " is empty");
    return {};
  }
  files_.push_back({name, std::move(mapped)});
  return {};
}

Result<LogFiles> LogFiles::Open(const std::vector<std::string>& patterns, const LogFilesOptions& options) {
  LogFiles out;
  std::vector<std::string> on_disk;
  bool from_stdin = false;
  for (const std::string& pattern : patterns) {
    if (pattern == "-") {
      from_stdin = true;
    } else {
      on_disk.push_back(pattern);
    }
  }
  if (patterns.size() > 1) {
    // One that is not there is no reason to leave the others unread.
    YK_TRY_VOID(UnlessStopped(options.stop));
    std::erase_if(on_disk, [&](const std::string& pattern) {
      const auto files = ListFiles({pattern}, options.base_dir, options.stop);
      if (files || files.error().code != Code::kNotFound) return false;
      out.Problem(files.error());
      return true;
    });
  }
  if (!on_disk.empty()) {
    YK_TRY(std::vector<InputFile> files, ListFiles(on_disk, options.base_dir, options.stop));
    YK_TRY_VOID(DropOwnFiles(options.own_files, on_disk, options.base_dir, files));
    std::sort(files.begin(), files.end(),
              [](const InputFile& a, const InputFile& b) { return ComesBefore(a.shown, b.shown); });
    for (const InputFile& file : files) {
      YK_TRY_VOID(UnlessStopped(options.stop));
      auto mapped = MappedFile::Open(file.path);
      if (!mapped) {
        out.Problem(mapped.error());
        continue;
      }
      if (const auto added = out.Add(file.shown, std::move(*mapped)); !added) {
        if (added.error().code == Code::kExhausted) return Fail(added.error());
        out.Problem(added.error());
      }
    }
  }
  if (from_stdin) {
    YK_TRY(MappedFile mapped, SpoolStdin());
    YK_TRY_VOID(out.Add("standard input", std::move(mapped)));
  }
  if (!out.files_.empty()) return out;
  if (!out.errors_.empty()) return Fail(out.errors_.front());
  return Fail(Code::kInvalid, "{}: there is no line to read",
              out.notes_.empty() ? "the log is empty" : out.notes_.front());
}

std::vector<logs::LogInput> LogFiles::Inputs() const {
  std::vector<logs::LogInput> inputs;
  for (const File& file : files_) inputs.push_back({file.name, file.mapped.bytes()});
  return inputs;
}

std::vector<std::string> LogFiles::Names() const {
  std::vector<std::string> names;
  for (const File& file : files_) names.push_back(file.name);
  return names;
}

std::string LogFiles::Shrunk() const {
  for (const File& file : files_) {
    if (file.mapped.Shrunk()) return file.name;
  }
  return "";
}

}  // namespace yk::sources
