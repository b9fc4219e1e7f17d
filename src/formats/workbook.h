// SPDX-License-Identifier: Apache-2.0
// What every kind of workbook becomes: a page and a table for each sheet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

struct MergedRange {
  int row = 0, col = 0;            ///< its first cell
  int last_row = 0, last_col = 0;  ///< inclusive
};

struct SheetName {
  std::string name;
  bool hidden = false;
};

struct Sheet {
  std::vector<reader::Cell> cells;  ///< in any order; spans are set by `merged`
  std::vector<MergedRange> merged;
};

/// Makes the document out of the sheets, which are given one by one in the workbook's order.
class WorkbookBuilder {
 public:
  /// `sheets` are all sheets of the workbook. The request must outlive the builder.
  WorkbookBuilder(const reader::ReadRequest& request, std::vector<SheetName> sheets);

  /// Whether the next sheet is among the pages asked for; when not, add an empty one.
  bool Wanted() const;

  /// Counts cells before they are stored. kResourceLimit: the workbook has too many.
  Result<void> CountCells(int64_t more);

  /// kResourceLimit: the text is too long.
  Result<void> Add(Sheet sheet);

  void Note(std::string sentence) { answer_.document.notes.push_back(std::move(sentence)); }
  std::string_view sheet_name() const { return sheets_[next_].name; }

  /// kNoPages: the pages asked for are not there.
  Result<reader::ReadAnswer> Finish(std::string mime);

 private:
  const reader::ReadRequest& request_;
  const std::vector<SheetName> sheets_;
  bool all_hidden_ = true;
  size_t next_ = 0;
  int64_t cells_ = 0;
  int64_t length_ = 0;  ///< of the text, in code points
  reader::ReadAnswer answer_;
};

/// A number in its shortest decimal form without exponent where that stays readable: "0.1", "1200", "1e+30".
std::string ShortestDecimal(double value);

/// Valid UTF-8 without control characters; line breaks are line feeds.
std::string CleanCellText(std::string_view text);

}  // namespace yk::formats
