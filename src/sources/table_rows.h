// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "reader/table.h"

namespace yk::sources {

/// Where a table's header stands.
struct TableShape {
  int skip_rows = 0;     ///< rows at the top that are not looked at
  int header_rows = -1;  ///< rows that name the columns; 0: columns are called A, B, C …; -1: found out
};

struct TableRow {
  int row = 0;  ///< 0-based, in the table
  Json values = Json::object();
};

struct TableRows {
  std::vector<std::string> columns;
  std::vector<TableRow> rows;  ///< without those that are empty
};

/// The rows below a table's header. A column's name is what stands above it, parts joined by " / ", a merged cell
/// standing above all its columns; without any it is called by its letter, and a repeated name gets " (2)". Values keep
/// their types: numbers, booleans, dates as ISO 8601. A cell merged over rows is the value of each of them.
/// A header that is to be found out begins in the first row that fills half as many columns as the fullest row near
/// the top, and takes further rows without numbers while merged cells reach into them, or while they stand under merged
/// cells or repeated names to tell their columns apart.
/// kInvalid: more rows are skipped than there are.
Result<TableRows> RowsOf(const reader::Table& table, const TableShape& shape);

/// The typed value of a cell.
Json CellValue(const reader::Cell& cell);

}  // namespace yk::sources
