// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/source.h"
#include "reader/reader_pool.h"
#include "sources/file_list.h"
#include "sources/member_reader.h"
#include "sources/unchanged.h"

namespace yk::sources {

/// What one row is.
enum class DocumentUnit {
  kDocument,
  kPage,
  kMessage,  ///< a document whose mail headers are columns
  kFrame,    ///< a picture of a video, with its time and its text as columns
};

struct DocumentOptions {
  std::vector<std::string> patterns;
  std::filesystem::path base_dir;
  std::vector<std::filesystem::path> own_files{};  ///< not read unless a pattern names them
  std::stop_token stop{};                          ///< ends the look at the inputs
  const reader::ReaderPool* readers = nullptr;
  DocumentUnit unit = DocumentUnit::kDocument;
  int64_t limit = 0;
  int64_t rows_with_places = 0;               ///< rows with a lower id have documents with the places of their words
  std::vector<std::string> passwords{};       ///< tried on encrypted files
  std::chrono::milliseconds frames_every{0};  ///< kFrame: between two of them
};

/// Files as documents, pages, messages or frames; an archive or mailbox is a folder, each of its members a document.
/// Payload:
/// {"file","member"?,"sha256","page"?}: by reference, so a file that changed meanwhile is that row's failure. A frame's
/// page is its number. `member` is the path inside the file, outermost name first; "sha256" is that of the file itself.
class DocumentSource final : public pipeline::Source {
 public:
  explicit DocumentSource(DocumentOptions options)
      : options_(std::move(options)), reader_(options_.readers, options_.passwords, options_.frames_every) {}

  Result<std::string> Manifest() override;
  std::vector<std::string> Columns() const override;
  Result<std::vector<std::string>> Next(size_t max) override;
  Result<void> Skip(int64_t rows) override;
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override;

 private:
  struct Input {
    InputFile file;
    std::string sha256;
  };

  /// The payload of the next row; moves on. Empty at the end.
  std::string NextPayload();

  const DocumentOptions options_;
  const MemberReader reader_;
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
