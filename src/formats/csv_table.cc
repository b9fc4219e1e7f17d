// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "formats/document_builder.h"
#include "formats/format.h"
#include "formats/grid_builder.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/csv.h"
#include "text/normalize.h"

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

/// Nothing, or a dash where nothing is.
bool IsBlank(std::string_view field) {
  constexpr std::array<std::string_view, 7> kDashes = {"-", "\u2013", "\u2014", "\u2015", "\u2212", "\uFF0D", "\u2026"};
  field = text::TrimSpace(field);
  return field.empty() || std::find(kDashes.begin(), kDashes.end(), field) != kDashes.end();
}

/// What the fields of a column are, judged by the rows after the header.
enum class ColumnKind { kTexts, kValues, kYears };

std::vector<ColumnKind> ColumnKinds(const Rows& rows, size_t width) {
  const size_t begin = std::min(kHeaderRowsMax, rows.size() / 2);
  const size_t end = std::min(rows.size(), kSampleRows);
  std::vector<ColumnKind> out(width, ColumnKind::kTexts);
  for (size_t col = 0; col < width; ++col) {
    size_t values = 0;
    size_t years = 0;
    size_t filled = 0;
    for (size_t row = begin; row < end; ++row) {
      if (col >= rows[row].size() || IsBlank(rows[row][col])) continue;
      ++filled;
      values += LooksLikeValue(rows[row][col]) ? 1 : 0;
      years += LooksLikeYear(rows[row][col]) ? 1 : 0;
    }
    if (filled > 0 && values * 10 >= filled * 8)
      out[col] = years * 10 >= filled * 8 ? ColumnKind::kYears : ColumnKind::kValues;
  }
  return out;
}

/// Finds the first row of data. One that is taken for a part of the header is lost in silence, so a single value among
/// texts ("1,to be decided") makes a row one of data, once there is a row that names the columns.
class HeaderEnd {
 public:
  explicit HeaderEnd(const std::vector<ColumnKind>& kinds) : kinds_(kinds) {}

  /// Whether the header ends above this row; rows are given from the first.
  bool Ends(const std::vector<std::string>& row, size_t number) {
    Look(row);
    if (values_ + years_ > names_ && (values_ > 0 || years_ == 1)) return true;
    if (named_ && (values_ > 0 || (years_ > 0 && names_ == 0 && !corner_))) return true;
    if (values_ > 0 && number > 0 && !doubtful_) doubtful_ = number;
    if (full_) {
      named_ = true;
      doubtful_.reset();  // what stood above the names was no data
    }
    return false;
  }

  /// The first row that might be data, before the one that is.
  std::optional<size_t> doubtful() const { return doubtful_; }

 private:
  void Look(const std::vector<std::string>& row) {
    values_ = years_ = names_ = 0;
    corner_ = false;
    full_ = true;
    std::unordered_set<std::string_view> seen;
    for (size_t col = 0; col < kinds_.size(); ++col) {
      const std::string_view field = col < row.size() ? std::string_view(row[col]) : std::string_view();
      if (kinds_[col] == ColumnKind::kTexts) {
        corner_ = corner_ || IsBlank(field);
      } else if (IsBlank(field)) {
        full_ = false;
      } else if (!LooksLikeValue(field)) {
        ++names_;
        full_ = full_ && seen.insert(field).second;
      } else if (kinds_[col] == ColumnKind::kValues && LooksLikeYear(field)) {
        ++years_;  // the name of a column as well as a value of it
        full_ = false;
      } else {
        ++values_;
        full_ = false;
      }
    }
  }

  const std::vector<ColumnKind>& kinds_;
  size_t values_ = 0, years_ = 0, names_ = 0;  ///< of the row in hand, in columns of values
  bool corner_ = false;                        ///< it leaves a column of texts empty
  bool full_ = false;                          ///< it names every column of values, each differently
  bool named_ = false;                         ///< such a row was there
  std::optional<size_t> doubtful_;
};

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
  const std::vector<ColumnKind> kinds = ColumnKinds(rows, width);
  if (std::all_of(kinds.begin(), kinds.end(), [](ColumnKind kind) { return kind == ColumnKind::kTexts; }))
    return TextHeaderRows(rows);
  HeaderEnd header(kinds);
  for (size_t row = 0; row < std::min(rows.size(), kHeaderRowsMax); ++row) {
    if (header.Ends(rows[row], row)) return static_cast<int>(header.doubtful().value_or(row));
  }
  if (header.doubtful()) return static_cast<int>(*header.doubtful());
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
