// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "logs/mine_options.h"
#include "sources/mapped_file.h"

namespace yk::sources {

struct LogFilesOptions {
  std::filesystem::path base_dir{};
  std::vector<std::filesystem::path>
      own_files{};  ///< what the reader itself writes: folders and patterns do not bring it
  std::stop_token stop{};
};

/// Logs, opened to be read as one: files, folders, patterns, "-" for standard input. gzip and zstd are unpacked into
/// temporary files. Rotated files come in the order of their time: app.log.2.gz, app.log.1, app.log.
class LogFiles {
 public:
  /// kNotFound, kInvalid: the only pattern fits nothing, nothing can be read, or the only file holds no line or no
  /// text. Of several files or patterns those that cannot be read are left out with a note. kCancelled once a stop is
  /// asked for.
  static Result<LogFiles> Open(const std::vector<std::string>& patterns, const LogFilesOptions& options);

  /// Views of what is open; valid as long as this.
  std::vector<logs::LogInput> Inputs() const;
  std::vector<std::string> Names() const;
  /// Sentences about files that were left out or are damaged.
  const std::vector<std::string>& notes() const { return notes_; }
  /// How many files were left out, or read in part.
  size_t incomplete() const { return incomplete_; }

  /// The first file that became shorter while it was read; empty: none did.
  std::string Shrunk() const;

 private:
  struct File {
    std::string name;
    MappedFile mapped;
  };
  Result<void> Add(const std::string& name, MappedFile mapped);
  void Problem(const Error& error);

  std::vector<File> files_;
  std::vector<std::string> notes_;
  std::vector<Error> errors_;
  size_t incomplete_ = 0;
};

/// Whether the bytes are no text in any charset a log is written in: executables, pictures, archives.
bool LooksBinary(std::string_view bytes);

/// Whether `a` is read before `b`: by name, but app.log.2 before app.log.1 before app.log.
bool ComesBefore(const std::string& a, const std::string& b);

}  // namespace yk::sources
