// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_table.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "formats/document_builder.h"
#include "formats/format.h"
#include "formats/grid_builder.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/csv.h"

namespace yk::formats {
namespace {

using reader::Reason;
using Rows = std::vector<std::vector<std::string>>;

constexpr size_t kHeaderRowsMax = 10;
constexpr size_t kSampleRows = 200;

/// A number, amount, date or time: digits with signs and marks around them, as values look and names do not.
bool LooksLikeValue(std::string_view field) {
  size_t digits = 0;
  size_t others = 0;
  for (const char c : field) {
    if (c >= '0' && c <= '9') {
      ++digits;
    } else if (std::string_view("+-.,:/%$ ()eE").find(c) == std::string_view::npos) {
      ++others;
    }
  }
  return digits > 0 && others == 0;
}

/// Years name columns as often as they are values.
bool LooksLikeYear(std::string_view field) {
  return field.size() == 4 && (field.starts_with("19") || field.starts_with("20")) && LooksLikeValue(field);
}

/// Columns whose values, judged by the rows after the header, are numbers or dates; `years` counts as one as well.
std::vector<bool> ValueColumns(const Rows& rows, size_t width) {
  const size_t begin = std::min(kHeaderRowsMax, rows.size() / 2);
  const size_t end = std::min(rows.size(), kSampleRows);
  std::vector<bool> out(width, false);
  for (size_t col = 0; col < width; ++col) {
    size_t values = 0;
    size_t filled = 0;
    for (size_t row = begin; row < end; ++row) {
      if (col >= rows[row].size() || rows[row][col].empty() || rows[row][col] == "-") continue;
      ++filled;
      values += LooksLikeValue(rows[row][col]) ? 1 : 0;
    }
    out[col] = filled > 0 && values * 10 >= filled * 8;
  }
  return out;
}

bool IsDataRow(const std::vector<std::string>& row, const std::vector<bool>& value_columns) {
  size_t values = 0;
  size_t names = 0;
  bool only_years = true;
  for (size_t col = 0; col < row.size() && col < value_columns.size(); ++col) {
    if (!value_columns[col] || row[col].empty()) continue;
    if (!LooksLikeValue(row[col])) {
      ++names;
      continue;
    }
    ++values;
    only_years = only_years && LooksLikeYear(row[col]);
  }
  return values > names && !(only_years && values > 1);
}

/// Without columns of numbers: one header row when the first row's fields are all there, short and different.
int TextHeaderRows(const Rows& rows) {
  if (rows.size() < 2) return 0;
  std::unordered_set<std::string_view> seen;
  for (const std::string& field : rows.front()) {
    if (field.empty() || field.size() > 100 || LooksLikeValue(field) || !seen.insert(field).second) return 0;
  }
  return 1;
}

/// A quote that never closes would swallow the rest: then quotes are letters like others.
Rows SplitPlainly(std::string_view text, char delimiter) {
  Rows rows;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.empty()) continue;
    auto& row = rows.emplace_back();
    for (;;) {
      const size_t at = line.find(delimiter);
      row.emplace_back(line.substr(0, at));
      if (at == std::string_view::npos) break;
      line.remove_prefix(at + 1);
    }
  }
  return rows;
}

struct Parsed {
  Rows rows;
  std::vector<std::string> notes;
};

Parsed Parse(std::string_view text, char delimiter) {
  Parsed out;
  auto records = text::ParseCsv(text, {.delimiter = delimiter});
  if (!records) {
    out.rows = SplitPlainly(text, delimiter);
    out.notes.push_back(fmt::format("Quotes were taken as they stand: {}.", records.error().message));
    return out;
  }
  size_t problems = 0;
  for (text::CsvRecord& record : *records) {
    if (!record.problem.empty() && problems++ == 0) out.notes.push_back(record.problem + ".");
    out.rows.push_back(std::move(record.fields));
  }
  if (problems > 1) out.notes.push_back(fmt::format("{} records have such a problem.", problems));
  return out;
}

Result<reader::Table> MakeTable(Rows rows, const reader::ReadLimits& limits) {
  reader::Table table;
  table.header_rows = CountHeaderRows(rows);
  table.rows = static_cast<int>(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    table.cols = std::max(table.cols, static_cast<int>(rows[row].size()));
    for (size_t col = 0; col < rows[row].size(); ++col) {
      if (rows[row][col].empty()) continue;
      table.cells.push_back(TextCell(static_cast<int>(row), static_cast<int>(col), std::move(rows[row][col])));
    }
    if (table.cells.size() > static_cast<size_t>(limits.cells_max)) {
      return Fail(reader::ReasonError(
          Reason::kResourceLimit,
          fmt::format("the table has more than {} cells; use it as 'csv:' input, which reads row by row",
                      limits.cells_max)));
    }
    rows[row] = {};
  }
  return table;
}

}  // namespace

int CountHeaderRows(const Rows& rows) {
  size_t width = 0;
  for (size_t row = 0; row < std::min(rows.size(), kSampleRows); ++row) width = std::max(width, rows[row].size());
  const std::vector<bool> value_columns = ValueColumns(rows, width);
  if (std::find(value_columns.begin(), value_columns.end(), true) == value_columns.end()) return TextHeaderRows(rows);
  for (size_t row = 0; row < std::min(rows.size(), kHeaderRowsMax); ++row) {
    if (IsDataRow(rows[row], value_columns)) return static_cast<int>(row);
  }
  return rows.size() > 1 ? 1 : 0;
}

Result<reader::ReadAnswer> ReadCsvTable(const reader::ReadRequest& request, std::string_view bytes) {
  const reader::ReadLimits& limits = request.options.limits;
  if (bytes.size() > limits.text_bytes_max) {
    return Fail(reader::ReasonError(
        Reason::kResourceLimit,
        fmt::format("the file has {} bytes, more than the limit of {} for one document; use it as 'csv:' input, which "
                    "reads row by row",
                    bytes.size(), limits.text_bytes_max)));
  }
  auto decoded = text::DecodeText(bytes);
  if (!decoded) return Fail(reader::ReasonError(Reason::kCorrupt, std::move(decoded).error().message));
  const std::string ending = LowerEnding(request.name);
  const char guess = text::GuessCsvDelimiter(decoded->text);
  const bool tabs = (ending == ".tsv" || ending == ".tab") && decoded->text.find('\t') != std::string::npos;
  Parsed parsed = Parse(decoded->text, tabs ? '\t' : guess);
  DocumentBuilder out(request.options);
  out.Encoding(*decoded);
  out.Metadata("delimiter", tabs || guess == '\t' ? "tab" : std::string(1, guess));
  for (std::string& note : parsed.notes) out.Note(std::move(note));
  YK_TRY(reader::Table table, MakeTable(std::move(parsed.rows), limits));
  out.Metadata("rows", std::to_string(table.rows));
  out.AddTable(std::move(table));
  return out.Finish(tabs || guess == '\t' ? "text/tab-separated-values" : "text/csv");
}

}  // namespace yk::formats
