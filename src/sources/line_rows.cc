// SPDX-License-Identifier: Apache-2.0
// JSONL and plain lines: one row per line that is not blank.
#include "base/json_digits.h"
#include "sources/row_parsers.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::sources {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

class LineRows final : public RowFile {
 public:
  LineRows(RowStream stream, bool json) : stream_(std::move(stream)), json_(json) {}

  const std::vector<std::string>& header() const override { return header_; }

  Result<std::optional<FileRow>> Next() override {
    for (;;) {
      YK_TRY(std::optional<RawLine> line, stream_.lines.Next());
      if (!line) return std::optional<FileRow>();
      if (line->bytes.find_first_not_of(kBlank) == std::string::npos) continue;
      FileRow row;
      if (line->too_long) {
        row.line = line->number;
        row.problem = fmt::format("{} line {}: the line is longer than {} MB; split it", stream_.shown, line->number,
                                  LineReader::kLineBytesMax >> 20);
      } else {
        row = Parse(line->bytes, line->number);
      }
      row.offset = line->offset;
      row.length = stream_.in_place && !line->too_long ? line->bytes.size() : 0;
      return std::optional<FileRow>(std::move(row));
    }
  }

  FileRow Parse(std::string_view bytes, int64_t number) const override {
    FileRow row;
    row.line = number;
    auto text = DecodeLine(bytes, stream_.charset, number);
    if (!text) {
      row.problem = fmt::format("{} line {}: {}", stream_.shown, number, text.error().message);
    } else if (json_) {
      ParseObject(*text, row);
    } else {
      row.values["text"] = std::move(*text);
    }
    return row;
  }

 private:
  void ParseObject(const std::string& text, FileRow& row) const {
    auto value = ParseJsonKeepingDigits(text);
    if (!value) {
      row.problem =
          fmt::format("{} line {}: this is not valid JSON: {}", stream_.shown, row.line, value.error().message);
    } else if (!value->is_object()) {
      row.problem = fmt::format("{} line {}: each line must be one JSON object in braces", stream_.shown, row.line);
    } else {
      row.values = std::move(*value);
    }
  }

  RowStream stream_;
  const bool json_;
  const std::vector<std::string> header_;
};

}  // namespace

Result<std::string> DecodeLine(std::string_view bytes, const std::string& charset, int64_t number) {
  if (number == 1 && bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.remove_suffix(1);
  if (charset == "UTF-8") {
    const size_t bad = text::FindInvalidUtf8(bytes);
    if (bad == std::string_view::npos) return std::string(bytes);
    return Fail(Code::kInvalid, "byte {} of the line is not UTF-8; save the file as UTF-8", bad + 1);
  }
  return text::DecodeAs(bytes, charset);
}

Result<std::unique_ptr<RowFile>> OpenJsonlRows(RowStream stream) {
  return std::unique_ptr<RowFile>(std::make_unique<LineRows>(std::move(stream), true));
}

Result<std::unique_ptr<RowFile>> OpenLineRows(RowStream stream) {
  return std::unique_ptr<RowFile>(std::make_unique<LineRows>(std::move(stream), false));
}

}  // namespace yk::sources
