// SPDX-License-Identifier: Apache-2.0
#include "formats/json_text.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/json_digits.h"
#include "formats/document_builder.h"
#include "formats/format.h"
#include "formats/grid_builder.h"
#include "formats/plain_text.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

constexpr size_t kIndentMax = 64;    ///< deeper levels are not moved further to the right
constexpr size_t kColumnsMax = 500;  ///< records with more keys together are no table

std::optional<char32_t> Hex4(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  char32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

/// Copies the string literal that begins at `at`; returns the place behind it.
size_t CopyString(std::string_view json, size_t at, std::string& out) {
  out += json[at++];
  while (at < json.size() && json[at] != '"') {
    if (json[at] != '\\') {
      const size_t end = std::min(json.find_first_of("\"\\", at), json.size());
      out += json.substr(at, end - at);
      at = end;
      continue;
    }
    const std::optional<char32_t> unit = json.substr(at, 2) == "\\u" ? Hex4(json, at + 2) : std::nullopt;
    if (!unit || *unit < 0xA0) {
      out += json.substr(at, 2);
      at += 2;
      continue;
    }
    char32_t c = *unit;
    at += 6;
    if (c >= 0xD800 && c < 0xDC00 && json.substr(at, 2) == "\\u") {
      const auto low = Hex4(json, at + 2);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (*low - 0xDC00);
        at += 6;
      }
    }
    text::AppendUtf8(c, &out);
  }
  if (at < json.size()) out += json[at++];
  return at;
}

/// The records of an array or of lines, when each is an object of single values; empty otherwise.
class RecordTable {
 public:
  /// False when the record does not fit a table.
  bool Add(const Json& record) {
    if (!record.is_object()) return flat_ = false;
    ++rows_;
    for (const auto& [key, value] : record.items()) {
      if (value.is_structured()) return flat_ = false;
      const auto [column, is_new] = columns_.try_emplace(key, static_cast<int>(names_.size()));
      if (is_new) names_.push_back(key);
      if (names_.size() > kColumnsMax) return flat_ = false;
      if (!value.is_null()) cells_.push_back(MakeCell(rows_, column->second, value));
    }
    return true;
  }

  std::optional<reader::Table> Finish() {
    if (!flat_ || rows_ == 0 || names_.empty()) return std::nullopt;
    reader::Table table;
    table.rows = rows_ + 1;
    table.cols = static_cast<int>(names_.size());
    table.header_rows = 1;
    for (size_t col = 0; col < names_.size(); ++col) {
      table.cells.push_back(TextCell(0, static_cast<int>(col), names_[col]));
    }
    // Records may name their keys in different orders.
    std::sort(cells_.begin(), cells_.end(), [](const reader::Cell& a, const reader::Cell& b) {
      return std::pair(a.row, a.col) < std::pair(b.row, b.col);
    });
    std::move(cells_.begin(), cells_.end(), std::back_inserter(table.cells));
    std::erase_if(table.cells, [](const reader::Cell& cell) { return cell.text.empty(); });
    return table;
  }

 private:
  static reader::Cell MakeCell(int row, int col, const Json& value) {
    reader::Cell cell = TextCell(row, col, value.is_string() ? value.get_ref<const std::string&>() : DumpJson(value));
    if (value.is_number()) cell.type = reader::CellType::kNumber;
    if (value.is_boolean()) cell.type = reader::CellType::kBool;
    if (!value.is_string()) cell.value = cell.text;
    return cell;
  }

  bool flat_ = true;
  int rows_ = 0;
  std::vector<std::string> names_;
  std::map<std::string, int, std::less<>> columns_;
  std::vector<reader::Cell> cells_;
};

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.push_back(line);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

void AddRecords(const std::vector<std::string_view>& lines, DocumentBuilder& out) {
  RecordTable table;
  bool flat = true;
  for (const std::string_view line : lines) {
    out.Paragraph(IndentJson(line));
    if (!flat) continue;
    const auto record = ParseJsonKeepingDigits(line);
    flat = record && table.Add(*record);
  }
  if (auto found = flat ? table.Finish() : std::nullopt) out.KeepTable(std::move(*found));
}

void AddArrayTable(std::string_view text, DocumentBuilder& out) {
  const auto array = ParseJsonKeepingDigits(text);
  if (!array || !array->is_array()) return;
  RecordTable table;
  for (const Json& record : *array) {
    if (!table.Add(record)) return;
  }
  if (auto found = table.Finish()) out.KeepTable(std::move(*found));
}

}  // namespace

std::string IndentJson(std::string_view json) {
  std::string out;
  size_t depth = 0;
  const auto new_line = [&] {
    out += '\n';
    out.append(2 * std::min(depth, kIndentMax), ' ');
  };
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      at = CopyString(json, at, out);
      continue;
    }
    ++at;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    if (c == '{' || c == '[') {
      out += c;
      const size_t next = json.find_first_not_of(" \t\r\n", at);
      if (next != std::string_view::npos && (json[next] == '}' || json[next] == ']')) {
        out += json[next];
        at = next + 1;
      } else {
        ++depth;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      depth -= depth > 0 ? 1 : 0;
      new_line();
      out += c;
    } else if (c == ',') {
      out += c;
      new_line();
    } else {
      out += c;
      if (c == ':') out += ' ';
    }
  }
  return out;
}

Result<reader::ReadAnswer> ReadJsonText(const reader::ReadRequest& request, std::string_view bytes) {
  auto decoded = text::DecodeText(bytes);
  if (!decoded || bytes.size() > request.options.limits.text_bytes_max) return ReadPlainText(request, bytes);
  DocumentBuilder out(request.options);
  out.Encoding(*decoded);
  const std::string_view text = decoded->text;
  const std::string ending = LowerEnding(request.name);
  const bool whole = Json::accept(text);
  const std::vector<std::string_view> lines =
      whole && ending == ".json" ? std::vector<std::string_view>() : Lines(text);
  const bool records =
      lines.size() > (whole ? 0 : 1) &&
      std::all_of(lines.begin(), lines.end(), [](std::string_view line) { return Json::accept(line); });
  if (records) {
    AddRecords(lines, out);
    return out.Finish("application/jsonl");
  }
  if (whole) {
    out.Paragraph(IndentJson(text));
    AddArrayTable(text, out);
    return out.Finish("application/json");
  }
  const auto wrong = ParseJson(text);
  YK_TRY(reader::ReadAnswer answer, ReadPlainText(request, bytes));
  answer.document.notes.push_back(fmt::format("The file is not valid JSON ({}) and was read as plain text.",
                                              wrong ? "no value" : wrong.error().message));
  return answer;
}

}  // namespace yk::formats
