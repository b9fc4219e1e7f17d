// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "text/normalize.h"

namespace yk::formats {
namespace {

constexpr size_t kColumnsMax = 50;
constexpr size_t kRecipientsMax = 10'000;
constexpr size_t kFieldsMax = 200;  // of one group

using Group = std::vector<std::pair<std::string, std::string>>;

std::vector<Group> Groups(std::string_view fields) {
  std::vector<Group> out(1);
  for (size_t at = 0; at < fields.size();) {
    size_t end = fields.find('\n', at);
    if (end == std::string_view::npos) end = fields.size();
    const std::string_view line = fields.substr(at, end - at);
    at = end + 1;
    const std::string_view trimmed = text::TrimSpace(line);
    const size_t colon = line.find(':');
    if (trimmed.empty()) {
      if (!out.back().empty()) out.emplace_back();
    } else if ((line.front() == ' ' || line.front() == '\t' || colon == std::string_view::npos) &&
               !out.back().empty()) {
      out.back().back().second.append(out.back().back().second.empty() ? "" : " ").append(trimmed);
    } else if (out.back().size() >= kFieldsMax) {
      continue;
    } else if (colon == std::string_view::npos) {
      out.back().emplace_back("", trimmed);
    } else {
      out.back().emplace_back(text::TrimSpace(line.substr(0, colon)), text::TrimSpace(line.substr(colon + 1)));
    }
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

bool NamesRecipient(const Group& group) {
  return std::any_of(group.begin(), group.end(), [](const auto& field) {
    const std::string name = text::FoldCase(field.first);
    return name == "final-recipient" || name == "original-recipient";
  });
}

void AddRow(const Group& group, int row, std::vector<std::string>& columns, reader::Table& table) {
  std::vector<reader::Cell> cells;
  for (const auto& [name, value] : group) {
    const std::string folded = text::FoldCase(name);
    auto column = std::find_if(columns.begin(), columns.end(),
                               [&](const std::string& known) { return text::FoldCase(known) == folded; });
    if (column == columns.end()) {
      if (columns.size() >= kColumnsMax) continue;
      columns.push_back(name);
      column = columns.end() - 1;
    }
    const int col = static_cast<int>(column - columns.begin());
    const bool taken =
        std::any_of(cells.begin(), cells.end(), [&](const reader::Cell& cell) { return cell.col == col; });
    if (taken || value.empty()) continue;
    reader::Cell cell;
    cell.row = row;
    cell.col = col;
    cell.text = value;
    cells.push_back(std::move(cell));
  }
  std::sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.col < b.col; });
  table.cells.insert(table.cells.end(), cells.begin(), cells.end());
}

reader::Table Recipients(const std::vector<Group>& groups) {
  reader::Table table;
  table.name = "recipients";
  std::vector<std::string> columns;
  int row = 0;
  for (const Group& group : groups) {
    if (NamesRecipient(group) && static_cast<size_t>(row) < kRecipientsMax) AddRow(group, ++row, columns, table);
  }
  if (row == 0) return {};
  std::vector<reader::Cell> header;
  for (size_t i = 0; i < columns.size(); ++i) {
    reader::Cell cell;
    cell.col = static_cast<int>(i);
    cell.text = columns[i];
    header.push_back(std::move(cell));
  }
  table.cells.insert(table.cells.begin(), header.begin(), header.end());
  table.rows = row + 1;
  table.cols = static_cast<int>(columns.size());
  table.header_rows = 1;
  table.page = 1;
  return table;
}

}  // namespace

MailReport ReadMailReport(std::string_view fields) {
  MailReport report;
  const std::vector<Group> groups = Groups(fields);
  for (const Group& group : groups) {
    if (!report.text.empty()) report.text += '\n';
    for (const auto& [name, value] : group) {
      report.text.append(name).append(name.empty() ? "" : ": ").append(value).append("\n");
    }
  }
  report.table = Recipients(groups);
  return report;
}

}  // namespace yk::formats
