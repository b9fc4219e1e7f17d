// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/source.h"
#include "reader/reader_pool.h"
#include "sources/file_list.h"
#include "sources/unchanged.h"

namespace yk::sources {

struct DocumentOptions {
  std::vector<std::string> patterns;
  std::filesystem::path base_dir;
  const reader::ReaderPool* readers = nullptr;
  bool pages = false;  ///< one row per page instead of one per document
  int64_t limit = 0;
  std::vector<std::string> passwords{};  ///< tried on encrypted files
};

/// Files as documents or pages; an archive or mailbox is a folder, each of its members a document. Payload:
/// {"file","member"?,"sha256","page"?}: by reference, so a file that changed meanwhile is that row's failure. `member` is
/// the path inside the file, outermost name first; "sha256" is that of the file itself.
class DocumentSource final : public pipeline::Source {
 public:
  explicit DocumentSource(DocumentOptions options) : options_(std::move(options)) {}

  Result<std::string> Manifest() override;
  std::vector<std::string> Columns() const override { return {}; }
  Result<std::vector<std::string>> Next(size_t max) override;
  Result<void> Skip(int64_t rows) override;
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override;

 private:
  struct Input {
    InputFile file;
    std::string sha256;
  };

  using MemberPath = std::vector<std::string>;

  /// What inputs_[input_] holds: its members, or itself, as an empty path.
  std::vector<MemberPath> ListMembers() const;
  /// What the pool reads with, and this job's passwords.
  reader::ReadOptions ReadDefaults() const;
  /// How many rows the next document gives; 0 when its pages cannot be counted and loading it will tell why.
  int CountRows(const InputFile& file, const MemberPath& member) const;
  /// The payload of the next row; moves on. Empty at the end.
  std::string NextPayload();

  const DocumentOptions options_;
  std::vector<Input> inputs_;
  size_t input_ = 0;
  std::vector<MemberPath> members_;  ///< of inputs_[input_]; empty = not listed yet
  size_t member_ = 0;
  int page_ = 0;  ///< next page of members_[member_], 0 = its pages are not counted yet
  int page_count_ = 0;
  int64_t given_ = 0;
  UnchangedFiles unchanged_;
};

}  // namespace yk::sources
