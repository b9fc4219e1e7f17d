// SPDX-License-Identifier: Apache-2.0
#include "text/csv.h"

#include <algorithm>
#include <array>
#include <map>

namespace yk::text {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool NeedsQuotes(std::string_view field, char delimiter) {
  if (field.empty()) return false;
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  if (is_blank(field.front()) || is_blank(field.back())) return true;
  return std::any_of(field.begin(), field.end(),
                     [&](char c) { return c == delimiter || c == '"' || c == '\n' || c == '\r'; });
}

}  // namespace

Result<void> CsvReader::Feed(std::string_view bytes, const Emit& emit) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bom_seen_ < kByteOrderMark.size()) {
      if (bytes[i] == kByteOrderMark[bom_seen_]) {
        ++bom_seen_;
        continue;
      }
      // Not a mark after all: what looked like its beginning is data.
      const size_t matched = bom_seen_;
      bom_seen_ = kByteOrderMark.size();
      for (size_t k = 0; k < matched; ++k) Take(kByteOrderMark[k], emit);
    }
    // Long runs of plain bytes are copied at once; the state machine sees only the bytes that can change its state.
    if (state_ == State::kPlain || state_ == State::kQuoted) {
      const char stop = state_ == State::kQuoted ? '"' : options_.delimiter;
      size_t end = i;
      while (end < bytes.size() && bytes[end] != stop && bytes[end] != '\n' && bytes[end] != '\r') ++end;
      if (end > i) {
        field_.append(bytes.substr(i, end - i));
        record_bytes_ += end - i;
        last_was_cr_ = false;
        i = end - 1;
        YK_TRY_VOID(CheckSize());
        continue;
      }
    }
    Take(bytes[i], emit);
    YK_TRY_VOID(CheckSize());
  }
  return {};
}

Result<void> CsvReader::CheckSize() const {
  if (record_bytes_ <= options_.record_bytes_max) return {};
  if (state_ == State::kQuoted) {
    return Fail(Code::kExhausted,
                "line {}: the quoted field that starts here is longer than {} bytes; is its closing quote missing?",
                quote_line_, options_.record_bytes_max);
  }
  return Fail(Code::kExhausted, "line {}: the record that starts here is longer than {} bytes", record_.line,
              options_.record_bytes_max);
}

void CsvReader::Take(char c, const Emit& emit) {
  const bool second_of_crlf = c == '\n' && last_was_cr_;
  last_was_cr_ = c == '\r';
  if (state_ == State::kQuoted) {
    if (c == '"') {
      state_ = State::kQuoteInQuoted;
    } else {
      if ((c == '\n' && !second_of_crlf) || c == '\r') ++line_;
      AddByte(c);
    }
    return;
  }
  if (second_of_crlf) return;  // its CR has already ended the record
  TakeOutside(c, emit);
}

void CsvReader::TakeOutside(char c, const Emit& emit) {
  if (c == '\n' || c == '\r') {
    if (record_open_) EndRecord(emit);
    ++line_;
    return;
  }
  if (!record_open_) {
    record_open_ = true;
    record_.line = line_;
  }
  ++record_bytes_;
  if (c == options_.delimiter) {
    EndField();
  } else if (state_ == State::kQuoteInQuoted) {
    AfterQuote(c, emit);
  } else if (c == '"' && state_ == State::kFieldStart) {
    state_ = State::kQuoted;
    quote_line_ = line_;
  } else {
    state_ = State::kPlain;
    field_ += c;
  }
}

void CsvReader::AfterQuote(char c, const Emit&) {
  if (c == '"') {
    field_ += '"';
    state_ = State::kQuoted;
    return;
  }
  if (c == ' ' || c == '\t') return;  // padding between a closing quote and the delimiter
  if (record_.problem.empty()) {
    record_.problem = fmt::format(
        "line {}: text follows the closing quote of field {}; a quote inside a quoted field "
        "must be doubled",
        line_, record_.fields.size() + 1);
  }
  field_ += c;
  state_ = State::kPlain;
}

void CsvReader::AddByte(char c) {
  field_ += c;
  ++record_bytes_;
}

void CsvReader::EndField() {
  record_.fields.push_back(std::move(field_));
  field_.clear();
  state_ = State::kFieldStart;
}

void CsvReader::EndRecord(const Emit& emit) {
  EndField();
  const size_t width = record_.fields.size();
  emit(std::move(record_));
  record_ = {};
  record_.fields.reserve(width);
  record_bytes_ = 0;
  record_open_ = false;
}

Result<void> CsvReader::Finish(const Emit& emit) {
  if (bom_seen_ > 0 && bom_seen_ < kByteOrderMark.size()) {
    const size_t matched = bom_seen_;
    bom_seen_ = kByteOrderMark.size();
    for (size_t k = 0; k < matched; ++k) Take(kByteOrderMark[k], emit);
  }
  if (state_ == State::kQuoted) {
    return Fail(Code::kInvalid, "line {}: the quoted field that starts here is never closed", quote_line_);
  }
  if (record_open_) EndRecord(emit);
  return {};
}

Result<std::vector<CsvRecord>> ParseCsv(std::string_view text, CsvOptions options) {
  std::vector<CsvRecord> records;
  CsvReader reader(options);
  const auto keep = [&](CsvRecord&& record) { records.push_back(std::move(record)); };
  YK_TRY_VOID(reader.Feed(text, keep));
  YK_TRY_VOID(reader.Finish(keep));
  return records;
}

namespace {

/// Widths of the sample's records; empty when the delimiter does not split it.
std::vector<size_t> RecordWidths(std::string_view head, char delimiter) {
  constexpr size_t kSampleRecords = 50;
  std::vector<size_t> widths;
  CsvReader reader({.delimiter = delimiter});
  const auto count = [&](CsvRecord&& record) { widths.push_back(record.fields.size()); };
  if (!reader.Feed(head, count)) return {};
  // The sample may end inside a record, which then says nothing.
  if (widths.empty() && !reader.Finish(count)) return {};
  if (widths.size() > kSampleRecords) widths.resize(kSampleRecords);
  return widths;
}

}  // namespace

char GuessCsvDelimiter(std::string_view head) {
  constexpr size_t kSampleBytes = 64u << 10;
  head = head.substr(0, kSampleBytes);
  struct Candidate {
    char delimiter;
    double bonus;  ///< the rarer a character is inside fields, the more its even distribution says
  };
  constexpr std::array kCandidates = {Candidate{',', 0}, Candidate{'|', 0.04}, Candidate{';', 0.06},
                                      Candidate{'\t', 0.08}};
  char best = ',';
  double best_score = 0;
  for (const auto& [delimiter, bonus] : kCandidates) {
    const std::vector<size_t> widths = RecordWidths(head, delimiter);
    // Titles and remarks above and below a table are narrower: the usual width counts, not the first.
    std::map<size_t, size_t> counts;
    for (const size_t width : widths) ++counts[width];
    size_t same = 0;
    for (const auto& [width, count] : counts) same = width > 1 ? std::max(same, count) : same;
    if (same == 0) continue;
    const double score = static_cast<double>(same) / static_cast<double>(widths.size()) + bonus;
    if (score > best_score) {
      best_score = score;
      best = delimiter;
    }
  }
  return best;
}

std::string CsvLine(std::span<const std::string> fields, char delimiter, std::string_view line_end) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += delimiter;
    const bool would_vanish = fields.size() == 1 && fields[i].empty();
    if (!would_vanish && !NeedsQuotes(fields[i], delimiter)) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  line += line_end;
  return line;
}

}  // namespace yk::text
