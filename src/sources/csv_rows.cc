// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <map>

#include "sources/row_parsers.h"
#include "text/csv.h"

namespace yk::sources {
namespace {

/// The reader counts the lines it was fed, which may be those of one record only.
std::string_view WithoutLine(std::string_view problem) {
  const size_t colon = problem.find(": ");
  return problem.starts_with("line ") && colon != std::string_view::npos ? problem.substr(colon + 2) : problem;
}

/// CSV with a header. Lines go to the CSV reader one by one, so each record's place in the file is known.
class CsvRows final : public RowFile {
 public:
  CsvRows(RowStream stream, char delimiter) : stream_(std::move(stream)), delimiter_(delimiter) {}

  Result<void> ReadHeader() {
    YK_TRY(std::optional<Placed> first, NextRecord());
    if (!first) {
      return Fail(Code::kInvalid, "{} is empty; its first line must name the columns", stream_.shown);
    }
    if (!first->record.problem.empty()) {
      return Fail(Code::kInvalid, "{} line {}: {}", stream_.shown, first->line, WithoutLine(first->record.problem));
    }
    std::map<std::string, size_t> seen;
    for (size_t i = 0; i < first->record.fields.size(); ++i) {
      const std::string& name = first->record.fields[i];
      if (name.find_first_not_of(" \t") == std::string::npos) {
        return Fail(Code::kInvalid, "{} line {}: column {} has no name; the first line must name every column",
                    stream_.shown, first->line, i + 1);
      }
      if (const auto [other, fresh] = seen.emplace(name, i + 1); !fresh) {
        return Fail(Code::kInvalid, "{} line {}: columns {} and {} are both named '{}'; give each its own name",
                    stream_.shown, first->line, other->second, i + 1, name);
      }
    }
    header_ = std::move(first->record.fields);
    return {};
  }

  const std::vector<std::string>& header() const override { return header_; }

  Result<std::optional<FileRow>> Next() override {
    YK_TRY(std::optional<Placed> placed, NextRecord());
    if (!placed) return std::optional<FileRow>();
    FileRow row = MakeRow(placed->record, placed->line);
    row.offset = placed->offset;
    row.length = stream_.in_place ? placed->length : 0;
    return std::optional<FileRow>(std::move(row));
  }

  FileRow Parse(std::string_view bytes, int64_t line) const override {
    FileRow row;
    row.line = line;
    auto text = DecodeLine(bytes, stream_.charset, line);
    if (!text) {
      row.problem = Problem(line, text.error().message);
      return row;
    }
    auto records = text::ParseCsv(*text, Options());
    if (!records || records->size() != 1) {
      row.problem = Problem(line, "the record is not where it was; the file changed");
      return row;
    }
    return MakeRow(records->front(), line);
  }

 private:
  struct Placed {
    text::CsvRecord record;
    int64_t line = 0;
    uint64_t offset = 0;
    uint64_t length = 0;  ///< 0: its place is not known
  };

  text::CsvOptions Options() const {
    text::CsvOptions options;
    options.delimiter = delimiter_;
    return options;
  }

  std::string Problem(int64_t line, std::string_view what) const {
    return fmt::format("{} line {}: {}", stream_.shown, line, what);
  }

  FileRow MakeRow(const text::CsvRecord& record, int64_t line) const {
    FileRow row;
    row.line = line;
    if (!record.problem.empty()) {
      row.problem = Problem(line, WithoutLine(record.problem));
    } else if (record.fields.size() != header_.size()) {
      row.problem =
          Problem(line, fmt::format("the record has {} fields, but the header has {}; a field with a delimiter "
                                    "in it must stand in quotes",
                                    record.fields.size(), header_.size()));
    } else {
      for (size_t i = 0; i < header_.size(); ++i) row.values[header_[i]] = record.fields[i];
    }
    return row;
  }

  /// Feeds lines until a record comes out.
  Result<std::optional<Placed>> NextRecord() {
    while (ready_.empty() && !ended_) {
      YK_TRY(std::optional<RawLine> line, stream_.lines.Next());
      if (!line) {
        ended_ = true;
        YK_TRY_VOID(Finish());
        break;
      }
      YK_TRY_VOID(FeedLine(*line));
    }
    if (ready_.empty()) return std::optional<Placed>();
    Placed placed = std::move(ready_.front());
    ready_.pop_front();
    return std::optional<Placed>(std::move(placed));
  }

  Result<void> FeedLine(const RawLine& line) {
    auto text = DecodeLine(line.bytes, stream_.charset, line.number);
    if (!text || line.too_long) {
      // Which record the line belongs to cannot be known any more when it may hold quotes; it fails alone.
      Placed bad{{}, line.number, line.offset, line.bytes.size()};
      bad.record.problem = line.too_long ? "the line is too long" : text.error().message;
      ready_.push_back(std::move(bad));
      return {};
    }
    if (delimiter_ == 0) delimiter_ = text::GuessCsvDelimiter(*text);
    if (!reader_) reader_.emplace(Options());
    *text += '\n';
    if (pending_length_ == 0) {
      if (text->find_first_not_of(" \t\n") == std::string::npos) return {};  // between records
      pending_line_ = line.number;
      pending_offset_ = line.offset;
    }
    pending_length_ += line.bytes.size();
    size_t out = 0;
    auto fed = reader_->Feed(*text, [&](text::CsvRecord&& record) {
      ready_.push_back({std::move(record), pending_line_, pending_offset_, out == 0 ? pending_length_ : 0});
      ++out;
    });
    if (!fed) return Fail(std::move(fed).error().With(stream_.shown));
    // Several records out of one line (old Mac line ends) share its place: none of them can be found by it alone.
    if (out > 1) ready_[ready_.size() - out].length = 0;
    if (out > 0) pending_length_ = 0;
    return {};
  }

  Result<void> Finish() {
    if (!reader_) return {};
    auto finished = reader_->Finish([&](text::CsvRecord&& record) {
      ready_.push_back({std::move(record), pending_line_, pending_offset_, pending_length_});
    });
    if (!finished) {
      // A quote that never closes: the rows before are good, this one is not.
      Placed bad{{}, pending_line_, pending_offset_, 0};
      bad.record.problem = finished.error().message;
      ready_.push_back(std::move(bad));
    }
    return {};
  }

  RowStream stream_;
  char delimiter_;
  std::optional<text::CsvReader> reader_;
  std::vector<std::string> header_;
  std::deque<Placed> ready_;
  int64_t pending_line_ = 0;
  uint64_t pending_offset_ = 0;
  uint64_t pending_length_ = 0;  ///< bytes of the record under way
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<RowFile>> OpenCsvRows(RowStream stream, char delimiter) {
  auto rows = std::make_unique<CsvRows>(std::move(stream), delimiter);
  YK_TRY_VOID(rows->ReadHeader());
  return std::unique_ptr<RowFile>(std::move(rows));
}

}  // namespace yk::sources
