// SPDX-License-Identifier: Apache-2.0
// Foreign files are parsed in other processes (`yakan-reader`), locked down before they see a byte. A file that
// crashes, hangs or bombs its reader costs one document: the pool kills and replaces the process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "reader/document.h"
#include "reader/read_options.h"

namespace yk::reader {

enum class Task;
struct ReadAnswer;

struct ReaderPoolOptions {
  int readers = 0;                            ///< processes at most; 0 = one per core
  std::filesystem::path program{};            ///< empty: env YAKAN_READER, else beside the running program
  uint64_t memory_bytes = uint64_t{2} << 30;  ///< address space of one process (RLIMIT_AS)
  int cpu_seconds = 600;                      ///< of one process over its life (RLIMIT_CPU); it is replaced long before
  int documents_per_process = 500;            ///< then it is replaced, so that leaks of parsers stay bounded
  ReadOptions defaults{};            ///< what callers start from: see ReaderPool::defaults
  bool office = true;           ///< .doc and .ppt through LibreOffice, where it is installed
  bool debug_commands = false;                ///< tests only: files named *.debug carry commands (crash, hang, …)
};

/// Reads files in up to `readers` processes, started when needed and kept. Thread-safe; callers beyond the number
/// of processes wait. Not for huge fan-out: one thread per Read.
class ReaderPool {
 public:
  /// kNotFound when there is no reader program, with the places that were searched. Starts nothing yet.
  static Result<std::unique_ptr<ReaderPool>> Open(ReaderPoolOptions options = {});
  ~ReaderPool();

  /// The file's text. Document::file is `path` as given, with the member's path behind it. Errors are sentences with
  /// that name as outermost context and, when the content is to blame, the reason's name as innermost: see ReasonOf in
  /// reader/reason.h.
  Result<Document> Read(const std::filesystem::path& path, const ReadOptions& options = {}) const;

  /// Number of pages without reading their text. Same errors.
  Result<int> CountPages(const std::filesystem::path& path, const ReadOptions& options = {}) const;

  /// The files of an archive, also those of archives inside it, or the messages of a mailbox; empty for a file that is
  /// no container. Same errors.
  Result<std::vector<Member>> List(const std::filesystem::path& path, const ReadOptions& options = {}) const;

  /// The options a caller copies and changes, so that bounds, OCR and passwords of the settings hold everywhere.
  const ReadOptions& defaults() const;

  /// Processes started so far: grows by one for each crash, hang and replacement.
  int processes_started() const;

 private:
  struct State;
  Result<ReadAnswer> Ask(Task task, const std::filesystem::path& path, const ReadOptions& options) const;
  explicit ReaderPool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yk::reader
