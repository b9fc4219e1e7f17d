// SPDX-License-Identifier: Apache-2.0
#include "sinks/xlsx_summary.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sinks/results.h"
#include "sinks/xlsx_text.h"
#include "text/utf8.h"

namespace yk::sinks {
namespace {

constexpr size_t kErrorKindsMax = 50;

/// "contracts/a.pdf: encrypted: the file is …" -> the sentence at the end, so that equal reasons count together.
std::string Sentence(const Json& error) {
  std::string message = error.is_object() ? ValueText(error.value("message", Json())) : ValueText(error);
  const size_t colon = message.rfind(": ");
  if (colon != std::string::npos && colon + 2 < message.size()) message.erase(0, colon + 2);
  return std::string(text::TruncateCodePoints(message, 300));
}

void HeadLine(lxw_worksheet* sheet, const Styles& styles, lxw_row_t row, const std::array<const char*, 3>& titles) {
  for (lxw_col_t i = 0; i < titles.size(); ++i) {
    worksheet_write_string(sheet, row, i, titles[i], i == 0 ? styles.header : styles.header_right);
  }
}

void Bars(lxw_worksheet* sheet, lxw_row_t first, lxw_row_t last) {
  if (last < first) return;
  lxw_conditional_format bars{};
  bars.type = LXW_CONDITIONAL_DATA_BAR;
  bars.bar_color = 0x9DC3E6;
  bars.bar_solid = LXW_TRUE;
  bars.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER;
  bars.min_value = 0;
  bars.max_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER;
  bars.max_value = 1;
  worksheet_conditional_format_range(sheet, first, 2, last, 2, &bars);
}

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void Summary::Count(const store::RowResult& row, const Json& output) {
  ++rows_;
  ++outcomes_[row.status];
  if (store::IsError(row.status)) {
    const std::string sentence = Sentence(output.value("_error", Json()));
    if (errors_.size() < kErrorKindsMax || errors_.contains(sentence)) ++errors_[sentence];
    return;
  }
  if (row.status == store::RowStatus::kFiltered) return;
  ++answered_;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto value = output.find(columns_[i].name);
    if (value == output.end() || value->is_null() || ValueText(*value).empty()) continue;
    ++filled_[i];
    if (!columns_[i].values.empty() && value->is_string()) ++values_[columns_[i].name][value->get<std::string>()];
  }
}

void Summary::WriteOutcomes(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const {
  HeadLine(sheet, styles, at++, {"Rows", "count", "share"});
  const lxw_row_t first = at;
  const std::array<std::pair<store::RowStatus, const char*>, 5> names = {{{store::RowStatus::kOk, "with results"},
                                                                          {store::RowStatus::kNullByPolicy, "with nothing to say"},
                                                                          {store::RowStatus::kFiltered, "filtered out"},
                                                                          {store::RowStatus::kFailed, "failed"},
                                                                          {store::RowStatus::kQuarantined, "set aside"}}};
  for (const auto& [status, name] : names) {
    const auto found = outcomes_.find(status);
    const int64_t count = found == outcomes_.end() ? 0 : found->second;
    if (count == 0 && status != store::RowStatus::kOk && status != store::RowStatus::kFailed) continue;
    worksheet_write_string(sheet, at, 0, name, styles.text);
    worksheet_write_number(sheet, at, 1, static_cast<double>(count), styles.grouped);
    worksheet_write_number(sheet, at++, 2, Share(count, rows_), styles.percent);
  }
  Bars(sheet, first, at - 1);
  worksheet_write_string(sheet, at, 0, "all", styles.label);
  worksheet_write_number(sheet, at, 1, static_cast<double>(rows_), styles.grouped);
  at += 2;
}

void Summary::WriteColumns(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const {
  HeadLine(sheet, styles, at++, {"Columns", "filled", "share"});
  const lxw_row_t first = at;
  for (size_t i = 0; i < columns_.size(); ++i) {
    worksheet_write_string(sheet, at, 0, Heading(columns_[i]).c_str(), styles.text);
    worksheet_write_number(sheet, at, 1, static_cast<double>(filled_[i]), styles.grouped);
    worksheet_write_number(sheet, at++, 2, Share(filled_[i], answered_), styles.percent);
  }
  Bars(sheet, first, at - 1);
  ++at;
}

void Summary::WriteValues(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const {
  for (const Column& column : columns_) {
    if (column.values.empty()) continue;
    const std::string heading = "Values of " + Heading(column);
    HeadLine(sheet, styles, at++, {heading.c_str(), "rows", "share"});
    const lxw_row_t first = at;
    const auto counted = values_.find(column.name);
    for (const std::string& value : column.values) {
      int64_t count = 0;
      if (counted != values_.end() && counted->second.contains(value)) count = counted->second.at(value);
      worksheet_write_string(sheet, at, 0, CellText(value).c_str(), styles.text);
      worksheet_write_number(sheet, at, 1, static_cast<double>(count), styles.grouped);
      worksheet_write_number(sheet, at++, 2, Share(count, answered_), styles.percent);
    }
    Bars(sheet, first, at - 1);
    ++at;
  }
}

void Summary::WriteProblems(lxw_worksheet* sheet, const Styles& styles, lxw_row_t& at) const {
  if (errors_.empty() && problems_.empty()) return;
  HeadLine(sheet, styles, at++, {"Problems", "rows", ""});
  for (const auto& [sentence, count] : errors_) {
    worksheet_write_string(sheet, at, 0, CellText(sentence).c_str(), styles.text);
    worksheet_write_number(sheet, at++, 1, static_cast<double>(count), styles.grouped);
  }
  for (const std::string& sentence : problems_) worksheet_write_string(sheet, at++, 0, CellText(sentence).c_str(), styles.text);
}

void Summary::Write(Book& book, const std::string& job_name, WallTime created_at) const {
  lxw_worksheet* sheet = book.AddSheet("summary");
  const Styles& styles = book.styles();
  worksheet_set_column(sheet, 0, 0, 56, nullptr);
  worksheet_set_column(sheet, 1, 1, 12, nullptr);
  worksheet_set_column(sheet, 2, 2, 24, nullptr);
  worksheet_set_row(sheet, 0, 26, nullptr);
  lxw_row_t at = 0;
  worksheet_write_string(sheet, at++, 0, CellText(job_name).c_str(), styles.title);
  worksheet_write_string(sheet, at++, 0, fmt::format("job of {} (UTC)", DateText(created_at)).c_str(), styles.muted);
  ++at;
  WriteOutcomes(sheet, styles, at);
  WriteColumns(sheet, styles, at);
  WriteValues(sheet, styles, at);
  WriteProblems(sheet, styles, at);
}

}  // namespace yk::sinks
