// SPDX-License-Identifier: Apache-2.0
#include "sources/table_rows.h"

#include <algorithm>
#include <array>
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

/// "０" to "９"
constexpr std::array<std::string_view, 10> kWideDigits = {"\uFF10", "\uFF11", "\uFF12", "\uFF13", "\uFF14",
                                                          "\uFF15", "\uFF16", "\uFF17", "\uFF18", "\uFF19"};

using Line = std::vector<const Cell*>;

/// A table's cells by row.
std::map<int, Line> LinesOf(const reader::Table& table, int first) {
  std::map<int, Line> lines;
  for (const Cell& cell : table.cells) {
    if (cell.row >= first && !cell.text.empty()) lines[cell.row].push_back(&cell);
  }
  return lines;
}

bool HasDigit(const Cell* cell) {
  return cell->type != CellType::kText || cell->text.find_first_of("0123456789") != std::string::npos ||
         std::any_of(kWideDigits.begin(), kWideDigits.end(),
                     [&](std::string_view digit) { return cell->text.find(digit) != std::string::npos; });
}

/// Digits with marks around them, as values look; years are names as often.
bool IsNumber(std::string_view text) {
  if (text.size() == 4 && (text.starts_with("19") || text.starts_with("20"))) return false;
  return text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_not_of("0123456789+-.,:/%$ ()") == std::string_view::npos;
}

bool Fills(const Line& line, const Cell& place) {
  return std::any_of(line.begin(), line.end(), [&](const Cell* cell) { return cell->col == place.col; });
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

  /// Whether the row below belongs to it too. A row of data in the header would be lost in silence, a row of the
  /// header among the data is seen.
  bool Grows() const {
    const auto below = lines_.find(end_);
    if (below == lines_.end() || end_ - first_ >= kHeaderRowsMax) return false;
    const Line& line = below->second;
    if (std::any_of(line.begin(), line.end(), [](const Cell* cell) { return cell->type != CellType::kText; }))
      return false;
    if (ReachesDown()) return true;
    if (std::any_of(line.begin(), line.end(), [](const Cell* cell) { return IsNumber(cell->text); })) return false;
    const auto after = std::next(below);
    const Line next = after == lines_.end() ? Line() : after->second;
    return DividesSpans(line, next) || DividesNames(line, next);
  }

  void Grow() { ++end_; }
  int first() const { return first_; }
  int end() const { return end_; }

 private:
  /// A cell of the header that reaches into the row below. One that reaches to the table's end stands beside it all.
  bool ReachesDown() const {
    const int last = lines_.rbegin()->first;
    for (auto line = lines_.lower_bound(first_); line != lines_.end() && line->first < end_; ++line) {
      for (const Cell* cell : line->second) {
        if (cell->row + cell->row_span > end_ && cell->row + cell->row_span <= last) return true;
      }
    }
    return false;
  }

  /// The row below names parts of what stands in merged cells: it leaves the other columns empty, or it has no digits
  /// where the next row has some.
  bool DividesSpans(const Line& below, const Line& next) const {
    const auto last = lines_.find(end_ - 1);
    if (last == lines_.end()) return false;
    std::set<int> spanned;
    bool others = false;
    for (const Cell* cell : last->second) {
      others = others || cell->col_span == 1;
      for (int i = 0; cell->col_span > 1 && i < cell->col_span; ++i) spanned.insert(cell->col + i);
    }
    std::set<std::string_view> names;
    size_t inside = 0;
    for (const Cell* cell : below) {
      if (!spanned.contains(cell->col)) continue;
      names.insert(cell->text);
      ++inside;
    }
    if (inside == 0) return false;
    if (others && inside == below.size()) return true;
    if (names.size() < inside || std::any_of(below.begin(), below.end(), HasDigit)) return false;
    return std::any_of(next.begin(), next.end(),
                       [&](const Cell* cell) { return HasDigit(cell) && Fills(below, *cell); });
  }

  /// The row below stands only under names that repeat, and the next row fills the other columns as well.
  bool DividesNames(const Line& below, const Line& next) const {
    const std::map<int, std::string> names = Names();
    std::map<std::string_view, int> times;
    for (const auto& [col, name] : names) ++times[name];
    const auto repeats = [&](const Cell* cell) {
      const auto name = names.find(cell->col);
      return name != names.end() && times[name->second] > 1;
    };
    return std::all_of(below.begin(), below.end(), repeats) && !std::all_of(next.begin(), next.end(), repeats);
  }

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
  const char* begin = cell.value.data();
  const char* end = begin + cell.value.size();
  int64_t whole = 0;
  if (const auto [at, error] = std::from_chars(begin, end, whole); error == std::errc() && at == end) return whole;
  uint64_t large = 0;
  if (const auto [at, error] = std::from_chars(begin, end, large); error == std::errc() && at == end) return large;
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
