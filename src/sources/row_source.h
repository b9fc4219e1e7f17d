// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "pipeline/source.h"
#include "sources/file_list.h"
#include "sources/row_file.h"

namespace yk::sources {

struct RowSourceOptions {
  RowKind kind = RowKind::kLines;
  char delimiter = 0;  ///< CSV; 0 = guessed
  std::vector<std::string> patterns;
  std::filesystem::path base_dir;
  std::vector<std::filesystem::path> own_files{};  ///< not read unless a pattern names them
  std::stop_token stop{};                          ///< ends the look at the inputs
  int64_t limit = 0;
};

/// Rows of CSV, JSONL or text files. Payload of a small row: {"file","line","row"}; of one beyond 8 KB:
/// {"file","line","at":[offset,length],"sha256","charset"}; of a bad one: {"file","line","error"}. Memory is bounded by
/// the longest row. CSV files of one source must have the same header.
class RowSource final : public pipeline::Source {
 public:
  explicit RowSource(RowSourceOptions options) : options_(std::move(options)) {}

  Result<std::string> Manifest() override;
  std::vector<std::string> Columns() const override { return columns_; }
  Result<std::vector<std::string>> Next(size_t max) override;
  Result<void> Skip(int64_t rows) override;
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override;

 private:
  struct Input {
    InputFile file;
    FileFacts facts;
  };

  Result<void> FindColumns();
  Result<std::unique_ptr<RowFile>> Open(const Input& input) const;
  Result<std::optional<FileRow>> NextRow();
  std::string Payload(const FileRow& row) const;
  Result<Json> LoadByReference(const std::string& shown, const Json& payload) const;
  /// The parser of a file whose rows are loaded by reference; opened once.
  Result<std::shared_ptr<const RowFile>> Parser(const InputFile& file, const RowFileOptions& options) const;

  const RowSourceOptions options_;
  std::vector<Input> inputs_;
  std::vector<std::string> columns_;
  size_t input_ = 0;
  std::unique_ptr<RowFile> open_;
  int64_t given_ = 0;
  mutable Mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const RowFile>> parsers_ YK_GUARDED_BY(mutex_);
};

}  // namespace yk::sources
