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

struct MessageOptions {
  std::vector<std::string> patterns;
  std::filesystem::path base_dir;
  const reader::ReaderPool* readers = nullptr;
  int64_t limit = 0;
};

/// Mails: one row per mail file, per file of a Maildir, per message of a mailbox. Payload: {"file","sha256","member"?}.
/// Columns: subject, from, from_name, to, cc, date, message_id, in_reply_to, attachments, body_text (the sender's own
/// words: no quotations, no signature). {{text}} is everything, attachments included.
class MessageSource final : public pipeline::Source {
 public:
  explicit MessageSource(MessageOptions options) : options_(std::move(options)) {}

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

  const MessageOptions options_;
  std::vector<Input> inputs_;
  size_t input_ = 0;
  bool listed_ = false;  ///< members_ are those of inputs_[input_]
  std::vector<reader::Member> members_;
  size_t member_ = 0;
  int64_t given_ = 0;
  UnchangedFiles unchanged_;
};

}  // namespace yk::sources
