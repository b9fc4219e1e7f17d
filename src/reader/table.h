// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yk::reader {

/// A rectangle on a page: points (1/72 inch), origin at the page's top left, y downwards.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const Box&) const = default;
};

enum class CellType { kText, kNumber, kDate, kBool, kError };

std::string_view CellTypeName(CellType type);  ///< "text", "number", "date", "bool", "error"
std::optional<CellType> ParseCellType(std::string_view name);

/// One cell that is not empty, or is merged, at its top-left place in the grid (0-based).
struct Cell {
  int row = 0, col = 0;
  int row_span = 1, col_span = 1;  ///< > 1: a merged cell
  std::string text{};              ///< as a person sees it
  CellType type = CellType::kText;
  /// Typed cells only, in one form whatever the locale: number as shortest decimal, date as ISO 8601 ("2010-09-02",
  /// "2010-09-02T08:30:00", "08:30:00"), "true" or "false", the error's name ("#DIV/0!").
  std::string value{};
  std::string formula{};     ///< without "="; `text` and `value` are its stored result
  std::optional<Box> box{};  ///< where it stands, for tables of pages
};

/// A grid: a table on a page, a sheet of a workbook, a table of a text document.
struct Table {
  std::string name{};  ///< of the sheet, or the caption
  int page = 0;        ///< 1-based page it begins on (a sheet is a page)
  int rows = 0, cols = 0;
  int header_rows = 0;  ///< rows at the top that name the columns; 0: unknown or none
  bool hidden = false;  ///< a hidden sheet
  std::optional<Box> box{};
  std::vector<Cell> cells{};  ///< row by row, left to right; no two overlap
};

/// The grid as texts, `rows` x `cols`, a spanning cell at its top-left place. For small tables: allocates every place.
std::vector<std::vector<std::string>> Grid(const Table& table);

/// "B2" for row 1, col 1.
std::string CellName(int row, int col);

}  // namespace yk::reader
