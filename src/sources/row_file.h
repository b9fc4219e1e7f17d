// SPDX-License-Identifier: Apache-2.0
// Files that hold many rows, read as a stream: lines with their place, decoded to UTF-8, and the rows made of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/json.h"
#include "base/result.h"

namespace yk::sources {

/// What one pass over a file tells.
struct FileFacts {
  std::string sha256;
  uint64_t size = 0;
  std::string charset;  ///< "UTF-8", "CP932", …
};

/// Reads the file once, in pieces. The charset is UTF-8 when every byte fits, else what a sample of the lines that do
/// not fit says. Errors name the file.
Result<FileFacts> InspectFile(const std::filesystem::path& path, const std::string& shown);

struct RawLine {
  std::string bytes;  ///< with its line end
  uint64_t offset = 0;
  int64_t number = 1;
  bool too_long = false;  ///< longer than the bound; `bytes` is its beginning
};

/// Lines of a file or of a text in memory; memory is bounded by the longest line allowed.
class LineReader {
 public:
  static constexpr size_t kLineBytesMax = size_t{64} << 20;

  static Result<LineReader> Open(const std::filesystem::path& path);
  explicit LineReader(std::string text) : buffer_(std::move(text)), end_of_file_(true) {}

  /// nullopt at the end.
  Result<std::optional<RawLine>> Next();

 private:
  LineReader() = default;
  Result<void> Fill();

  Fd file_;
  std::filesystem::path path_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t offset_ = 0;
  int64_t number_ = 1;
  bool end_of_file_ = false;
};

enum class RowKind { kCsv, kJsonl, kLines };

/// One row of a file: values, or a sentence about what is wrong with it.
struct FileRow {
  Json values = Json::object();
  std::string problem;
  int64_t line = 0;     ///< of its first byte
  uint64_t offset = 0;  ///< bytes in the file; length 0 = only readable by the stream
  uint64_t length = 0;
};

struct RowFileOptions {
  RowKind kind = RowKind::kLines;
  char delimiter = 0;  ///< CSV; 0 = guessed from the first lines
  std::string charset = "UTF-8";
};

/// The rows of one file in order.
class RowFile {
 public:
  virtual ~RowFile() = default;

  /// Opens and, for CSV, reads the header. kInvalid: no header, an empty or repeated column name, with line and remedy.
  static Result<std::unique_ptr<RowFile>> Open(const std::filesystem::path& path, const std::string& shown,
                                               const RowFileOptions& options);

  /// CSV: the header. Else empty.
  virtual const std::vector<std::string>& header() const = 0;

  /// nullopt at the end.
  virtual Result<std::optional<FileRow>> Next() = 0;

  /// The row that stands in `bytes`, cut out of the file by offset and length.
  virtual FileRow Parse(std::string_view bytes, int64_t line) const = 0;
};

}  // namespace yk::sources
