// SPDX-License-Identifier: Apache-2.0
#include "formats/document_builder.h"

#include <algorithm>

#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using reader::Reason;

constexpr int64_t kTextColumnsMax = 2'000;  ///< tabs written for empty cells in a row of the text

bool IsBlank(char32_t c) { return c <= 0x20 || c == 0xA0 || c == 0x3000; }

/// Appends a text as one line: cells stand between tabs, rows between line ends.
void AppendOneLine(std::string_view text, std::string& out) {
  const auto is_break = [](char c) { return c == '\n' || c == '\t' || c == '\r'; };
  if (std::none_of(text.begin(), text.end(), is_break)) {
    out += text;
    return;
  }
  const size_t begin = out.size();
  for (const char c : text) {
    if (!is_break(c)) {
      out += c;
    } else if (out.size() > begin && out.back() != ' ') {
      out += ' ';
    }
  }
}

}  // namespace

std::string TableText(const reader::Table& table) {
  std::string out;
  int row = -1;
  int col = 0;
  for (const reader::Cell& cell : table.cells) {
    if (cell.row != row) {
      if (row >= 0) out += '\n';
      row = cell.row;
      col = 0;
    }
    if (cell.col - col < kTextColumnsMax) out.append(static_cast<size_t>(cell.col - col), '\t');
    col = cell.col;
    AppendOneLine(cell.text, out);
  }
  return out;
}

std::string CleanText(std::string_view text) {
  while (!text.empty()) {
    size_t at = 0;
    if (!IsBlank(text::NextCodePoint(text, &at))) break;
    text.remove_prefix(at);
  }
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  };
  std::string out(text);
  if (!text::IsValidUtf8(out)) out = text::RepairUtf8(out);
  std::erase_if(out, is_control);
  while (!out.empty()) {
    size_t end = out.size();
    if (!IsBlank(text::PreviousCodePoint(out, &end))) break;
    out.resize(end);
  }
  return out;
}

std::string CleanLines(std::string_view text, Keep keep) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r') {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (c >= 0x20 ? c != 0x7F : c == '\n' || c == '\t' || (c == '\f' && keep == Keep::kFormFeeds)) {
      out += static_cast<char>(c);
    }
  }
  return out;
}

std::string EncodingName(std::string_view charset) {
  std::string name(charset);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

void DocumentBuilder::NextPage() {
  ++pages_;
  if (pages_ > options_.limits.pages_max && problem_.empty()) {
    problem_ = fmt::format("the file has more than {} pages; read it in parts", options_.limits.pages_max);
  }
  if (!Wanted()) return;
  if (!document_.pages.empty()) Separate("\n");
  document_.pages.push_back({.number = pages_, .begin = length_, .end = length_});
}

bool DocumentBuilder::Wanted() {
  if (pages_ == 0) NextPage();
  const reader::ReadLimits& limits = options_.limits;
  return !full() && pages_ >= limits.first_page && (limits.last_page == 0 || pages_ <= limits.last_page);
}

void DocumentBuilder::Append(std::string_view text) {
  if (document_.text.size() + text.size() > options_.limits.text_bytes_max) {
    if (problem_.empty()) {
      problem_ =
          fmt::format("the text has more than the limit of {} bytes; split the file", options_.limits.text_bytes_max);
    }
    return;
  }
  document_.text += text;
  length_ += static_cast<int64_t>(text::CountCodePoints(text));
  document_.pages.back().end = length_;
}

/// Only between two pieces of one page, or at the end of a page: text never begins with a gap.
void DocumentBuilder::Separate(std::string_view gap) {
  if (document_.pages.back().begin < length_) Append(gap);
}

void DocumentBuilder::Add(BlockKind kind, std::string_view text, int level) {
  const std::string clean = CleanText(text);
  if (clean.empty() || !Wanted()) return;
  const bool in_list =
      kind == BlockKind::kListItem && !document_.blocks.empty() && document_.blocks.back().kind == BlockKind::kListItem;
  Separate(in_list ? "\n" : gap_);
  const int64_t begin = length_;
  Append(clean);
  if (!full()) document_.blocks.push_back({.kind = kind, .begin = begin, .end = length_, .level = level});
}

void DocumentBuilder::AddTable(reader::Table table) {
  if (!Wanted() || table.cells.empty()) return;
  cells_ += static_cast<int64_t>(table.cells.size());
  if (cells_ > options_.limits.cells_max) {
    problem_ = fmt::format("the tables have more than {} cells; split the file", options_.limits.cells_max);
    return;
  }
  const std::string text = TableText(table);
  Separate(gap_);
  const int64_t begin = length_;
  Append(text);
  if (full()) return;
  document_.blocks.push_back({.kind = BlockKind::kTable, .begin = begin, .end = length_});
  if (!options_.want.tables) return;
  document_.blocks.back().table = static_cast<int>(document_.tables.size());
  table.page = pages_;
  document_.tables.push_back(std::move(table));
}

void DocumentBuilder::KeepTable(reader::Table table) {
  if (!Wanted() || !options_.want.tables || table.cells.empty()) return;
  table.page = pages_;
  document_.tables.push_back(std::move(table));
}

void DocumentBuilder::Encoding(const text::Decoded& decoded) {
  Metadata("encoding", EncodingName(decoded.charset));
  if (decoded.guessed) Note(fmt::format("The character set was guessed to be {}.", decoded.charset));
}

void DocumentBuilder::Metadata(std::string_view name, std::string_view value) {
  const std::string clean = CleanText(value);
  if (clean.empty() || !document_.MetadataValue(name).empty()) return;
  document_.metadata.push_back({.name = std::string(name), .values = {clean}});
}

void DocumentBuilder::Title(std::string_view title) {
  if (document_.title.empty()) AppendOneLine(CleanText(title), document_.title);
}

Result<reader::ReadAnswer> DocumentBuilder::Finish(std::string_view mime) {
  if (full()) return Fail(reader::ReasonError(Reason::kResourceLimit, problem_));
  (void)Wanted();
  if (document_.pages.empty()) {
    return Fail(reader::ReasonError(Reason::kNoPages, fmt::format("page {} was asked for, but the file has {} pages",
                                                                  options_.limits.first_page, pages_)));
  }
  if (document_.text.empty()) {
    return Fail(reader::ReasonError(Reason::kNoText, "the file holds no text; there is nothing to read"));
  }
  reader::ReadAnswer answer;
  answer.page_count = pages_;
  answer.document = std::move(document_);
  answer.document.mime = mime;
  return answer;
}

}  // namespace yk::formats
