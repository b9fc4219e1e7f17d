// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <xlsxwriter.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "sinks/columns.h"

namespace yk::sinks {

/// Cell formats of one workbook; owned by it.
struct Styles {
  lxw_format* header = nullptr;
  lxw_format* header_right = nullptr;   ///< above numbers
  lxw_format* header_centre = nullptr;  ///< above dates
  lxw_format* text = nullptr;
  lxw_format* date = nullptr;
  lxw_format* date_time = nullptr;
  lxw_format* boolean = nullptr;
  lxw_format* integer = nullptr;   ///< 1234
  lxw_format* grouped = nullptr;   ///< 12,345
  lxw_format* decimal = nullptr;   ///< 12,345.67
  lxw_format* percent = nullptr;
  lxw_format* items = nullptr;     ///< 3 items
  lxw_format* link = nullptr;
  lxw_format* title = nullptr;
  lxw_format* label = nullptr;
  lxw_format* muted = nullptr;
  lxw_format* blank = nullptr;     ///< no value found
  lxw_format* high = nullptr;
  lxw_format* middle = nullptr;
  lxw_format* low = nullptr;
  std::vector<lxw_format*> palette;  ///< values of an enum that have no rank
};

/// A workbook being written row by row. Not thread-safe.
class Book {
 public:
  Book(const std::filesystem::path& path, const std::string& title, WallTime created_at);
  ~Book();
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  /// The name is made fit for a sheet: 31 characters, no []:*?/\, not taken.
  lxw_worksheet* AddSheet(std::string_view name);
  const Styles& styles() const { return styles_; }

  /// Writes the file. kExhausted: disk full.
  Result<void> Close();

 private:
  std::string SheetName(std::string_view wish);
  void MakeStyles();
  lxw_format* Header(uint8_t align);
  lxw_format* Tint(lxw_color_t fill, lxw_color_t font);

  const std::filesystem::path path_;
  lxw_workbook* book_ = nullptr;
  Styles styles_;
  std::set<std::string> names_;
};

/// Column widths by content, in characters: full-width characters count 2, long texts wrap at a bound.
class Widths {
 public:
  explicit Widths(const std::vector<Column>& columns);
  void Look(size_t column, const Json& value);
  int operator[](size_t column) const { return widths_[column]; }

 private:
  std::vector<Column> columns_;
  std::vector<int> widths_;
};

/// One table on a sheet: header, typed rows top to bottom, then Finish. Rows are as high as their texts need.
class Table {
 public:
  static constexpr int64_t kRowsMax = 1'048'575;  ///< below the header

  Table(Book& book, std::string_view sheet, std::vector<Column> columns, Widths widths);

  /// False when the sheet is full.
  bool NextRow();
  /// A value in the current row; its place must be right of what the row has already.
  void Put(size_t column, const Json& value);
  /// A note on a cell of the current row.
  void Note(size_t column, const std::string& text);
  /// Widths, filter, frozen header, colours.
  void Finish(size_t frozen_columns);

  int64_t rows() const { return row_; }
  int64_t cut() const { return cut_; }  ///< texts longer than a cell holds
  int64_t left_out() const { return left_out_; }  ///< rows beyond the sheet
  lxw_worksheet* sheet() { return sheet_; }

 private:
  void PutText(size_t column, const std::string& text);
  bool PutTyped(size_t column, const Json& value);
  void PutNumber(size_t column, double value, bool whole);
  void Heighten(size_t column, std::string_view text);
  void EndRow();
  void ColourEnum(size_t column);

  Book& book_;
  lxw_worksheet* sheet_;
  const std::vector<Column> columns_;
  const Widths widths_;
  int lines_ = 1;  ///< of text in the current row
  int64_t row_ = 0;
  int64_t cut_ = 0;
  int64_t left_out_ = 0;
};

/// "agreement_date" -> "Agreement date"; a title from the schema stays as it is.
std::string Heading(const Column& column);

/// Columns a text takes in a fixed-width font: full-width characters count 2.
int DisplayWidth(std::string_view text);

}  // namespace yk::sinks
