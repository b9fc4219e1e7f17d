// SPDX-License-Identifier: Apache-2.0
#include "steps/form_cells.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "text/normalize.h"

namespace yk::steps {
namespace {

using reader::Cell;

int RowEnd(const Cell& cell) { return cell.row + cell.row_span; }
int ColEnd(const Cell& cell) { return cell.col + cell.col_span; }
bool ShareRows(const Cell& a, const Cell& b) { return a.row < RowEnd(b) && b.row < RowEnd(a); }
bool ShareCols(const Cell& a, const Cell& b) { return a.col < ColEnd(b) && b.col < ColEnd(a); }

std::string Wanted(const FormAnchor& anchor) {
  std::string out;
  for (const std::string& label : anchor.labels) out += (out.empty() ? "'" : " or '") + label + "'";
  return anchor.pattern ? "what its pattern describes" : out;
}

}  // namespace

std::string FoldLabel(std::string_view text) {
  return text::FoldString(text, {.case_fold = true, .space = text::Space::kDrop});
}

FormCells::FormCells(const reader::Table& table) : table_(table) {
  folded_.reserve(table.cells.size());
  for (size_t i = 0; i < table.cells.size(); ++i) {
    folded_.push_back(FoldLabel(table.cells[i].text));
    if (!folded_.back().empty()) index_.emplace(folded_.back(), i);
  }
}

std::string FormCells::Names(const std::vector<size_t>& cells) const {
  std::string out;
  for (size_t i = 0; i < cells.size() && i < 5; ++i) {
    out += (i == 0 ? "" : ", ") + reader::CellName(table_.cells[cells[i]].row, table_.cells[cells[i]].col);
  }
  return cells.size() > 5 ? out + " and others" : out;
}

std::vector<size_t> FormCells::Labelled(const FormAnchor& anchor) const {
  std::vector<size_t> out;
  for (const std::string& label : anchor.labels) {
    const auto [first, last] = index_.equal_range(FoldLabel(label));
    for (auto at = first; at != last; ++at) out.push_back(at->second);
  }
  if (anchor.pattern) {
    for (size_t i = 0; i < folded_.size(); ++i) {
      if (!folded_[i].empty() && anchor.pattern->Matches(folded_[i])) out.push_back(i);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

int FormCells::EndBelow(const Cell& section) const {
  int end = INT32_MAX;
  if (section.col_span == 1) return end;
  for (size_t i = 0; i < table_.cells.size(); ++i) {
    const Cell& cell = table_.cells[i];
    const bool alike = cell.col == section.col && cell.col_span == section.col_span && !folded_[i].empty();
    if (alike && cell.row >= RowEnd(section)) end = std::min(end, cell.row);
  }
  return end;
}

std::vector<size_t> FormCells::InSection(const std::vector<size_t>& labels, const Cell& section) const {
  std::vector<size_t> right;
  std::vector<size_t> below;
  int nearest = INT32_MAX;
  const int end = EndBelow(section);
  for (const size_t at : labels) {
    const Cell& label = table_.cells[at];
    if (label.col >= ColEnd(section) && label.row >= section.row && RowEnd(label) <= RowEnd(section))
      right.push_back(at);
    if (label.row < RowEnd(section) || label.row >= end || !ShareCols(label, section)) continue;
    if (label.row < nearest) below.clear();
    nearest = std::min(nearest, label.row);
    if (label.row == nearest) below.push_back(at);
  }
  return right.empty() ? below : right;
}

std::vector<size_t> FormCells::Beside(const Cell& label, FormAnchor::Side side) const {
  std::vector<size_t> out;
  const bool right = side == FormAnchor::Side::kRight;
  for (size_t i = 0; i < table_.cells.size(); ++i) {
    const Cell& cell = table_.cells[i];
    if (folded_[i].empty()) continue;
    if (right ? cell.col >= ColEnd(label) && ShareRows(cell, label)
              : cell.row >= RowEnd(label) && ShareCols(cell, label))
      out.push_back(i);
  }
  std::sort(out.begin(), out.end(), [&](size_t a, size_t b) {
    const Cell& x = table_.cells[a];
    const Cell& y = table_.cells[b];
    return right ? std::tie(x.col, x.row) < std::tie(y.col, y.row) : std::tie(x.row, x.col) < std::tie(y.row, y.col);
  });
  return out;
}

Result<size_t> FormCells::Find(const FormAnchor& anchor) const {
  std::vector<size_t> labels = Labelled(anchor);
  std::string place;
  if (!anchor.within.empty()) {
    place = fmt::format(" within '{}'", anchor.within);
    const auto [first, last] = index_.equal_range(FoldLabel(anchor.within));
    if (first == last) return Fail(Code::kNotFound, "no cell says '{}', the section to look in", anchor.within);
    std::vector<size_t> inside;
    for (auto at = first; at != last; ++at) {
      const std::vector<size_t> found = InSection(labels, table_.cells[at->second]);
      inside.insert(inside.end(), found.begin(), found.end());
    }
    std::sort(inside.begin(), inside.end());
    inside.erase(std::unique(inside.begin(), inside.end()), inside.end());
    labels = std::move(inside);
  }
  if (labels.empty()) return Fail(Code::kNotFound, "no cell says {}{}", Wanted(anchor), place);
  if (labels.size() > 1) {
    return Fail(Code::kConflict, "{} cells say {}{} ({}); say which by 'within'", labels.size(), Wanted(anchor), place,
                Names(labels));
  }
  const Cell& label = table_.cells[labels.front()];
  const std::vector<size_t> beside = Beside(label, anchor.side);
  if (beside.size() < static_cast<size_t>(anchor.nth)) {
    return Fail(Code::kNotFound, "only {} cells {} {} are filled, but the value should be number {}", beside.size(),
                anchor.side == FormAnchor::Side::kRight ? "right of" : "below", reader::CellName(label.row, label.col),
                anchor.nth);
  }
  return beside[static_cast<size_t>(anchor.nth) - 1];
}

}  // namespace yk::steps
