// SPDX-License-Identifier: Apache-2.0
#include "sinks/line_sink.h"

#include "base/json.h"

namespace yk::sinks {
namespace fs = std::filesystem;
namespace {

std::string EncodeState(const GrowingFile::Mark& errors) {
  return DumpJson({{"errors", {{"bytes", errors.bytes}, {"crc", errors.crc}}}});
}

Result<GrowingFile::Mark> DecodeState(const std::string& state) {
  GrowingFile::Mark mark;
  if (state.empty()) return mark;
  YK_TRY(const Json json, ParseJson(state));
  const Json errors = json.value("errors", Json::object());
  mark.bytes = errors.value("bytes", uint64_t{0});
  mark.crc = errors.value("crc", uint32_t{0});
  return mark;
}

}  // namespace

fs::path ErrorsPath(const fs::path& path) {
  const fs::path base = path.extension() == ".jsonl" ? path.parent_path() / path.stem() : path;
  return base.string() + ".errors.jsonl";
}

LineSink::LineSink(Options options, std::unique_ptr<RowFormat> format)
    : options_(std::move(options)), format_(std::move(format)), rows_(options_.path), errors_(ErrorsPath(options_.path)) {}

Result<void> LineSink::Open(const std::optional<store::DeliveryCursor>& resume) {
  if (resume) {
    next_row_ = resume->next_row;
    YK_TRY_VOID(rows_.Resume({static_cast<uint64_t>(resume->offset), resume->crc}));
    if (options_.inline_errors) return {};
    YK_TRY(const GrowingFile::Mark errors, DecodeState(resume->state));
    return errors_.Resume(errors);
  }
  next_row_ = 0;
  YK_TRY_VOID(rows_.Start());
  YK_TRY_VOID(rows_.Append(format_->Header()));
  if (options_.inline_errors) return {};
  return errors_.Start();
}

Result<void> LineSink::Write(std::span<const store::RowResult> rows) {
  for (const store::RowResult& row : rows) {
    if (row.row_id < next_row_) continue;
    // Append keeps the row also when the disk is full, so the row counts as written before it: a second try must not
    // add it again.
    if (store::IsError(row.status) && !options_.inline_errors) {
      next_row_ = row.row_id + 1;
      YK_TRY_VOID(errors_.Append(row.output + "\n"));
    } else if (row.status != store::RowStatus::kFiltered) {
      YK_TRY(const std::string text, format_->Format(row));
      next_row_ = row.row_id + 1;
      YK_TRY_VOID(rows_.Append(text));
    } else {
      next_row_ = row.row_id + 1;
    }
  }
  return {};
}

Result<store::DeliveryCursor> LineSink::Flush() {
  YK_TRY(const GrowingFile::Mark rows, rows_.Sync());
  store::DeliveryCursor cursor{next_row_, static_cast<int64_t>(rows.bytes), rows.crc, {}};
  if (!options_.inline_errors) {
    YK_TRY(const GrowingFile::Mark errors, errors_.Sync());
    cursor.state = EncodeState(errors);
  }
  return cursor;
}

Result<void> LineSink::Close(const Json&) {
  // The errors first: whoever sees the results complete finds the failures beside them.
  if (!options_.inline_errors) {
    YK_TRY_VOID(errors_.empty() ? errors_.Remove() : errors_.Finish());
  }
  return rows_.Finish();
}

}  // namespace yk::sinks
