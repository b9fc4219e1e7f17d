// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "pipeline/source.h"
#include "reader/reader_pool.h"
#include "sources/file_list.h"
#include "sources/member_reader.h"
#include "sources/table_rows.h"
#include "sources/unchanged.h"

namespace yk::sources {

struct TableOptions {
  std::vector<std::string> patterns;
  std::filesystem::path base_dir;
  std::vector<std::filesystem::path> own_files{};  ///< not read unless a pattern names them
  std::stop_token stop{};                          ///< ends the look at the inputs
  const reader::ReaderPool* readers = nullptr;
  bool rows = false;                ///< one row per row of a table instead of one per table
  std::vector<std::string> sheets;  ///< names of tables, or patterns; empty: all that are not hidden
  TableShape shape;
  int64_t limit = 0;
  std::vector<std::string> passwords{};  ///< tried on encrypted files
};

/// The tables of files, also of those in archives: sheets of workbooks, tables of documents. Payload of a table:
/// {"file","member"?,"sha256","page"?,"table"}; of a row of a table up to 8 KB:
/// {"file","member"?,"page","sheet","row","values"}, beyond it the table's with "row". A file without a table is one
/// row that fails. One page of a workbook, or one document, is in memory at a time.
class TableSource final : public pipeline::Source {
 public:
  explicit TableSource(TableOptions options)
      : options_(std::move(options)), reader_(options_.readers, options_.passwords) {}

  Result<std::string> Manifest() override;
  std::vector<std::string> Columns() const override { return columns_; }
  Result<std::vector<std::string>> Next(size_t max) override;
  Result<void> Skip(int64_t rows) override;
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override;

 private:
  using DocumentPtr = std::shared_ptr<const reader::Document>;
  struct Input {
    InputFile file;
    std::string sha256;
    MemberPath member;
    std::string shown;  ///< the file's name and the member's
    bool workbook = false;
    /// Where a row comes from, in its payload.
    Json Place() const;
  };

  Result<DocumentPtr> Read(const InputFile& file, const MemberPath& member, int page) const;
  bool Wants(const reader::Table& table) const;
  Result<void> FindColumns();
  Result<void> CheckSheets(const Input& input, const std::vector<std::string>& names) const;
  /// Calls `each` for every page of a file; page 0 is the whole of a file that is read at once.
  template <typename Each>
  Result<void> ForEachPage(const Input& input, Each each) const;

  /// Fills `ready_` with the payloads of the next page; false at the end.
  bool ReadAhead();
  void AddTables(const Input& input, int page);
  void AddRows(const Input& input, int page, size_t index, const reader::Table& table);
  void AddProblem(const Input& input, const std::string& sentence);

  const TableOptions options_;
  const MemberReader reader_;
  std::vector<Input> inputs_;
  std::vector<std::string> columns_;
  size_t input_ = 0;
  int page_ = 0;  ///< next page of inputs_[input_]; 0: not begun
  int page_count_ = 0;
  int64_t file_rows_ = 0;  ///< payloads of inputs_[input_] so far
  std::vector<std::string> ready_;
  size_t ready_at_ = 0;
  int64_t given_ = 0;
  const UnchangedFiles unchanged_;
  mutable Mutex mutex_;
  mutable std::string cached_name_ YK_GUARDED_BY(mutex_);
  mutable DocumentPtr cached_ YK_GUARDED_BY(mutex_);
};

}  // namespace yk::sources
