// SPDX-License-Identifier: Apache-2.0
#include "sources/table_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "text/normalize.h"

namespace yk::sources {
namespace {

using reader::Cell;
using reader::CellType;

constexpr int kLookAhead = 50;      ///< rows among which the fullest is searched
constexpr int kHeaderRowsMax = 10;  ///< of a header that is found out

using Line = std::vector<const Cell*>;

/// A table's cells by row.
std::map<int, Line> LinesOf(const reader::Table& table, int first) {
  std::map<int, Line> lines;
  for (const Cell& cell : table.cells) {
    if (cell.row >= first && !cell.text.empty()) lines[cell.row].push_back(&cell);
  }
  return lines;
}

class Header {
 public:
  Header(const std::map<int, Line>& lines, int first, int rows) : lines_(lines), first_(first), end_(first + rows) {}

  /// Names by column, parts joined. Columns without a header cell are not in it.
  std::map<int, std::string> Names() const {
    std::map<int, std::vector<std::string>> parts;
    for (auto line = lines_.lower_bound(first_); line != lines_.end() && line->first < end_; ++line) {
      for (const Cell* cell : line->second) {
        const std::string text = text::SqueezeSpace(cell->text);
        for (int col = cell->col; col < cell->col + cell->col_span; ++col) {
          auto& of = parts[col];
          if (of.empty() || of.back() != text) of.push_back(text);
        }
      }
    }
    std::map<int, std::string> names;
    for (const auto& [col, of] : parts) {
      std::string& name = names[col];
      for (const std::string& part : of) name += (name.empty() ? "" : " / ") + part;
    }
    return names;
  }

  /// Whether the row below belongs to it too.
  bool Grows() const {
    const auto below = lines_.find(end_);
    if (below == lines_.end() || end_ - first_ >= kHeaderRowsMax) return false;
    for (const Cell* cell : below->second) {
      if (cell->type != CellType::kText) return false;
    }
    for (auto line = lines_.lower_bound(first_); line != lines_.end() && line->first < end_; ++line) {
      for (const Cell* cell : line->second) {
        if (cell->row + cell->row_span > end_) return true;
      }
    }
    std::set<std::string> seen;
    for (const auto& [col, name] : Names()) {
      if (!seen.insert(name).second) return true;
    }
    return false;
  }

  void Grow() { ++end_; }
  int first() const { return first_; }
  int end() const { return end_; }

 private:
  const std::map<int, Line>& lines_;
  int first_, end_;
};

Header FindHeader(const std::map<int, Line>& lines, int first) {
  size_t fullest = 0;
  int looked = 0;
  for (const auto& [row, line] : lines) {
    fullest = std::max(fullest, line.size());
    if (++looked == kLookAhead) break;
  }
  for (const auto& [row, line] : lines) {
    // A merged title is one cell, and so is a remark.
    if (line.size() * 2 < fullest || (fullest > 1 && line.size() < 2)) continue;
    Header header(lines, row, 1);
    while (header.Grows()) header.Grow();
    return header;
  }
  return {lines, first, 0};
}

/// Distinct names for the columns that have a header or a value.
std::map<int, std::string> ColumnNames(const Header& header, const std::map<int, Line>& lines) {
  std::map<int, std::string> above = header.Names();
  std::map<int, std::string> names;
  const auto add = [&](int col) {
    const auto found = above.find(col);
    std::string letter = reader::CellName(0, col);
    letter.pop_back();
    names[col] = found != above.end() && !found->second.empty() ? found->second : letter;
  };
  for (const auto& [row, line] : lines) {
    if (row < header.first()) continue;
    for (const Cell* cell : line) {
      if (names.find(cell->col) == names.end()) add(cell->col);
    }
  }
  std::set<std::string> taken;
  for (auto& [col, name] : names) {
    const std::string plain = name;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{} ({})", plain, i);
  }
  return names;
}

}  // namespace

Json CellValue(const Cell& cell) {
  if (cell.type == CellType::kBool) return cell.value == "true";
  if (cell.type == CellType::kDate) return cell.value.empty() ? cell.text : cell.value;
  if (cell.type != CellType::kNumber) return cell.text;
  int64_t whole = 0;
  const char* begin = cell.value.data();
  const char* end = begin + cell.value.size();
  if (const auto [at, error] = std::from_chars(begin, end, whole); error == std::errc() && at == end) return whole;
  double number = 0;
  if (const auto [at, error] = std::from_chars(begin, end, number);
      error == std::errc() && at == end && std::isfinite(number))
    return number;
  return cell.text;
}

Result<TableRows> RowsOf(const reader::Table& table, const TableShape& shape) {
  if (shape.skip_rows > 0 && shape.skip_rows >= table.rows && !table.cells.empty()) {
    return Fail(Code::kInvalid, "skip_rows is {}, but there are only {} rows", shape.skip_rows, table.rows);
  }
  TableRows out;
  const std::map<int, Line> lines = LinesOf(table, shape.skip_rows);
  if (lines.empty()) return out;
  int header_rows = shape.header_rows;
  if (header_rows < 0 && table.header_rows > shape.skip_rows) header_rows = table.header_rows - shape.skip_rows;
  const Header header =
      header_rows >= 0 ? Header(lines, shape.skip_rows, header_rows) : FindHeader(lines, shape.skip_rows);
  const std::map<int, std::string> names = ColumnNames(header, lines);
  for (const auto& [col, name] : names) out.columns.push_back(name);
  std::map<int, const Cell*> reaching;  // cells merged over rows, by column
  for (auto line = lines.lower_bound(header.end()); line != lines.end(); ++line) {
    std::map<int, const Cell*> cells;
    std::erase_if(reaching,
                  [&](const auto& entry) { return entry.second->row + entry.second->row_span <= line->first; });
    cells = reaching;
    for (const Cell* cell : line->second) {
      cells[cell->col] = cell;
      if (cell->row_span > 1) reaching[cell->col] = cell;
    }
    TableRow row;
    row.row = line->first;
    for (const auto& [col, name] : names) {
      const auto found = cells.find(col);
      row.values[name] = found == cells.end() ? Json() : CellValue(*found->second);
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace yk::sources
