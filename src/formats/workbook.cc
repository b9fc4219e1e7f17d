// SPDX-License-Identifier: Apache-2.0
#include "formats/workbook.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <queue>
#include <tuple>

#include "formats/document_builder.h"
#include "reader/reason.h"
#include "reader/table_text.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Cell;
using reader::Reason;

/// Gives merged ranges to their cells, row by row. A range without a value becomes an empty cell, so that the shape of
/// a form is there; values under a range are not seen by anybody and go.
class Merger {
 public:
  explicit Merger(std::vector<MergedRange> merged) : merged_(std::move(merged)) {
    std::sort(merged_.begin(), merged_.end(), [](const MergedRange& a, const MergedRange& b) {
      return std::tie(a.row, a.col) < std::tie(b.row, b.col);
    });
  }

  std::vector<Cell> Apply(std::vector<Cell> cells) {
    std::vector<Cell> out;
    out.reserve(cells.size());
    for (Cell& cell : cells) {
      OpenUpTo(cell.row, cell.col, out);
      if (const MergedRange* range = Covering(cell.row, cell.col)) {
        if (cell.row != range->row || cell.col != range->col) continue;
        Cell& place = out.back();  // OpenUpTo has just put an empty cell here
        cell.row_span = place.row_span;
        cell.col_span = place.col_span;
        place = std::move(cell);
        continue;
      }
      out.push_back(std::move(cell));
    }
    OpenUpTo(INT32_MAX, 0, out);
    return out;
  }

  size_t overlapping() const { return overlapping_; }

 private:
  using LastRow = std::pair<int, int>;  ///< last row, first column

  /// Ranges that begin at or before a place.
  void OpenUpTo(int row, int col, std::vector<Cell>& out) {
    for (; next_ < merged_.size(); ++next_) {
      const MergedRange& range = merged_[next_];
      if (range.row > row || (range.row == row && range.col > col)) break;
      Expire(range.row);
      if (Overlaps(range)) {
        ++overlapping_;
        continue;
      }
      open_[range.col] = range;
      ends_.emplace(range.last_row, range.col);
      Cell cell;
      cell.row = range.row;
      cell.col = range.col;
      cell.row_span = range.last_row - range.row + 1;
      cell.col_span = range.last_col - range.col + 1;
      out.push_back(std::move(cell));
    }
    Expire(row);
  }

  void Expire(int row) {
    for (; !ends_.empty() && ends_.top().first < row; ends_.pop()) open_.erase(ends_.top().second);
  }

  bool Overlaps(const MergedRange& range) const {
    auto after = open_.lower_bound(range.col);
    if (after != open_.end() && after->second.col <= range.last_col) return true;
    return after != open_.begin() && std::prev(after)->second.last_col >= range.col;
  }

  const MergedRange* Covering(int row, int col) const {
    auto after = open_.upper_bound(col);
    if (after == open_.begin()) return nullptr;
    const MergedRange& range = std::prev(after)->second;
    return range.last_col >= col && range.row <= row && range.last_row >= row ? &range : nullptr;
  }

  std::vector<MergedRange> merged_;
  size_t next_ = 0;
  std::map<int, MergedRange> open_;  ///< by first column: ranges that reach the row in hand
  std::priority_queue<LastRow, std::vector<LastRow>, std::greater<>> ends_;
  size_t overlapping_ = 0;
};

reader::Table MakeTable(Sheet sheet, const SheetName& name, int page, size_t& overlapping) {
  const auto before = [](const Cell& a, const Cell& b) { return std::tie(a.row, a.col) < std::tie(b.row, b.col); };
  const auto same = [](const Cell& a, const Cell& b) { return a.row == b.row && a.col == b.col; };
  auto& cells = sheet.cells;
  if (!std::is_sorted(cells.begin(), cells.end(), before)) std::stable_sort(cells.begin(), cells.end(), before);
  cells.erase(std::unique(cells.begin(), cells.end(), same), cells.end());
  reader::Table table;
  table.name = name.name;
  table.page = page;
  table.hidden = name.hidden;
  Merger merger(std::move(sheet.merged));
  table.cells = merger.Apply(std::move(cells));
  overlapping = merger.overlapping();
  for (const Cell& cell : table.cells) {
    table.rows = std::max(table.rows, cell.row + cell.row_span);
    table.cols = std::max(table.cols, cell.col + cell.col_span);
  }
  return table;
}

}  // namespace

WorkbookBuilder::WorkbookBuilder(const reader::ReadRequest& request, std::vector<SheetName> sheets)
    : request_(request), sheets_(std::move(sheets)) {
  for (const SheetName& sheet : sheets_) all_hidden_ = all_hidden_ && sheet.hidden;
  if (all_hidden_ && !sheets_.empty()) Note("Every sheet of the workbook is hidden.");
  for (const SheetName& sheet : sheets_) {
    if (sheet.hidden && !all_hidden_) {
      Note(fmt::format("The sheet '{}' is hidden: it is among the tables, but not in the text.", sheet.name));
    }
  }
}

bool WorkbookBuilder::Wanted() const {
  const auto number = static_cast<int64_t>(next_) + 1;
  const reader::ReadLimits& limits = request_.options.limits;
  return next_ < sheets_.size() && request_.task == reader::Task::kRead && number >= limits.first_page &&
         (limits.last_page == 0 || number <= limits.last_page);
}

Result<void> WorkbookBuilder::CountCells(int64_t more) {
  cells_ += more;
  if (cells_ <= request_.options.limits.cells_max) return {};
  return Fail(reader::ReasonError(Reason::kResourceLimit,
                                  fmt::format("the workbook has more than {} cells; split it, or read single sheets",
                                              request_.options.limits.cells_max)));
}

Result<void> WorkbookBuilder::Add(Sheet sheet) {
  if (!Wanted()) {
    ++next_;
    return {};
  }
  const SheetName& name = sheets_[next_++];
  const int number = static_cast<int>(next_);
  size_t overlapping = 0;
  reader::Table table = MakeTable(std::move(sheet), name, number, overlapping);
  if (overlapping > 0) {
    Note(fmt::format("The sheet '{}' has {} merged ranges that overlap others; they are left out.", name.name,
                     overlapping));
  }
  reader::Document& document = answer_.document;
  const int64_t begin = length_;
  const auto append = [&](std::string_view text, int64_t code_points) {
    document.text += text;
    length_ += code_points;
  };
  if (!name.hidden || all_hidden_) {
    const reader::TableText text = reader::TextOf(table);
    if (!text.text.empty()) {
      if (!document.text.empty()) append("\n", 1);
      if (sheets_.size() > 1) {
        const auto length = static_cast<int64_t>(text::CountCodePoints(name.name));
        document.blocks.push_back(
            {.kind = reader::BlockKind::kHeading, .begin = length_, .end = length_ + length, .level = 1});
        append(name.name + "\n", length + 1);
      }
      document.blocks.push_back(
          {.kind = reader::BlockKind::kTable,
           .begin = length_,
           .end = length_ + text.code_points - 1,
           .table = request_.options.want.tables ? static_cast<int>(document.tables.size()) : -1});
      append(text.text, text.code_points);
    }
  }
  if (document.text.size() > request_.options.limits.text_bytes_max) {
    return Fail(
        reader::ReasonError(Reason::kResourceLimit,
                            fmt::format("the text of the workbook has more than the limit of {} bytes; split it, or "
                                        "read single sheets",
                                        request_.options.limits.text_bytes_max)));
  }
  document.pages.push_back({.number = number, .begin = begin, .end = length_});
  if (request_.options.want.tables) document.tables.push_back(std::move(table));
  return {};
}

Result<reader::ReadAnswer> WorkbookBuilder::Finish(std::string mime) {
  answer_.page_count = static_cast<int>(sheets_.size());
  answer_.document.mime = std::move(mime);
  if (request_.task != reader::Task::kRead) return std::move(answer_);
  if (answer_.document.pages.empty()) {
    return Fail(reader::ReasonError(
        Reason::kNoPages, sheets_.empty() ? std::string("the workbook has no sheets")
                                          : fmt::format("sheet {} was asked for, but the workbook has {} sheets",
                                                        request_.options.limits.first_page, sheets_.size())));
  }
  if (answer_.document.text.empty()) Note("No visible cell holds a value.");
  return std::move(answer_);
}

std::string ShortestDecimal(double value) {
  if (value == 0) return "0";
  std::array<char, 64> buffer;
  const double size = std::fabs(value);
  const auto format = size >= 1e-7 && size < 1e21 ? std::chars_format::fixed : std::chars_format::scientific;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  return {buffer.data(), written.ptr};
}

std::string CleanCellText(std::string_view text) {
  std::string out = CleanLines(text);
  return text::IsValidUtf8(out) ? out : text::RepairUtf8(out);
}

}  // namespace yk::formats
