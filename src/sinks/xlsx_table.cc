// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "sinks/xlsx_book.h"
#include "sinks/xlsx_text.h"
#include "text/utf8.h"

namespace yk::sinks {
namespace {

constexpr int kWidthMin = 7;
constexpr int kWidthMax = 46;  ///< wider texts wrap
constexpr size_t kCellMax = 32'767;
constexpr double kExactMax = 9'007'199'254'740'992.0;  ///< 2^53: a cell holds a double

/// Whether a cell can hold the number as it is: asked before it becomes a double, which would round it.
bool IsExact(const Json& number) {
  constexpr uint64_t kWholeMax = uint64_t{1} << 53;
  if (number.is_number_unsigned()) return number.get<uint64_t>() <= kWholeMax;
  if (!number.is_number_integer()) return true;
  const auto whole = number.get<int64_t>();
  return whole >= -static_cast<int64_t>(kWholeMax) && whole <= static_cast<int64_t>(kWholeMax);
}

bool Digits(std::string_view text, size_t from, size_t count) {
  return text.size() >= from + count && std::all_of(text.begin() + static_cast<ptrdiff_t>(from),
                                                    text.begin() + static_cast<ptrdiff_t>(from + count),
                                                    [](char c) { return c >= '0' && c <= '9'; });
}

int Number(std::string_view text, size_t from, size_t count) {
  int value = 0;
  for (size_t i = from; i < from + count; ++i) value = 10 * value + (text[i] - '0');
  return value;
}

/// "2024-01-31", optionally "T10:00[:00][Z]". Other zones stay text, because a cell has no zone. Excel's days begin
/// in 1900.
std::optional<lxw_datetime> ParseDate(std::string_view text) {
  if (!Digits(text, 0, 4) || !Digits(text, 5, 2) || !Digits(text, 8, 2) || text[4] != '-' || text[7] != '-') return std::nullopt;
  lxw_datetime date{};
  date.year = Number(text, 0, 4);
  date.month = Number(text, 5, 2);
  date.day = Number(text, 8, 2);
  if (date.year < 1900 || date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return std::nullopt;
  text.remove_prefix(10);
  if (text.empty()) return date;
  if ((text[0] != 'T' && text[0] != ' ') || !Digits(text, 1, 2) || !Digits(text, 4, 2) || text[3] != ':') return std::nullopt;
  date.hour = Number(text, 1, 2);
  date.min = Number(text, 4, 2);
  text.remove_prefix(6);
  if (Digits(text, 1, 2) && text[0] == ':') {
    date.sec = Number(text, 1, 2);
    text.remove_prefix(3);
  }
  if (!text.empty() && text != "Z") return std::nullopt;
  return date;
}

bool IsLink(std::string_view text) {
  const bool scheme = text.starts_with("https://") || text.starts_with("http://") || text.starts_with("mailto:");
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) { return c == '"' || (c >= 0 && c <= ' '); });
  return scheme && plain && text.size() < 2000;
}

enum class Rank { kNone, kHigh, kMiddle, kLow };

/// Words that people rank things with; risk and priority want the traffic light, others do not.
Rank RankOf(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  constexpr std::array<std::string_view, 16> kHigh = {"high", "critical", "severe", "major", "urgent", "fail", "failed", "negative",
                                                      "rejected", "高", "大", "重大", "緊急", "危険", "不可", "要対応"};
  constexpr std::array<std::string_view, 10> kMiddle = {"medium", "middle", "moderate", "mid", "warning", "mixed", "中", "要確認",
                                                        "注意", "普通"};
  constexpr std::array<std::string_view, 12> kLow = {"low", "minor", "none", "ok", "pass", "passed", "positive", "approved",
                                                     "低", "小", "なし", "問題なし"};
  const auto in = [&](const auto& words) { return std::find(words.begin(), words.end(), word) != words.end(); };
  if (in(kHigh)) return Rank::kHigh;
  if (in(kMiddle)) return Rank::kMiddle;
  return in(kLow) ? Rank::kLow : Rank::kNone;
}

}  // namespace

std::string Heading(const Column& column) {
  if (column.title != column.name) return CellText(column.title);
  std::string heading = CellText(column.title);
  std::replace(heading.begin(), heading.end(), '_', ' ');
  if (!heading.empty() && heading[0] >= 'a' && heading[0] <= 'z') heading[0] = static_cast<char>(heading[0] - 32);
  return heading;
}

Widths::Widths(const std::vector<Column>& columns) : columns_(columns) {
  for (const Column& column : columns_) {
    // Room for the filter's arrow; a long heading wraps.
    widths_.push_back(std::clamp(DisplayWidth(Heading(column)) + 5, kWidthMin, 26));
  }
}

void Widths::Look(size_t column, const Json& value) {
  if (value.is_null() || widths_[column] >= kWidthMax) return;
  const ColumnKind kind = columns_[column].kind;
  if (kind == ColumnKind::kObjects && value.is_array()) return;
  if (value.is_number()) {
    const double number = value.get<double>();
    widths_[column] = std::max(widths_[column], static_cast<int>(fmt::format("{:.2f}", number).size()) + 3);
    return;
  }
  const std::string text = ValueText(value);
  // The longest line counts; what is beyond the bound cannot make the column wider.
  for (size_t from = 0; from <= text.size() && widths_[column] < kWidthMax;) {
    const size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = text::TruncateBytes(std::string_view(text).substr(from, end - from), 4 * kWidthMax);
    widths_[column] = std::clamp(DisplayWidth(line) + 3, widths_[column], kWidthMax);
    from = end + 1;
  }
}

Table::Table(Book& book, std::string_view sheet, std::vector<Column> columns, Widths widths)
    : book_(book), sheet_(book.AddSheet(sheet)), columns_(std::move(columns)), widths_(std::move(widths)) {
  worksheet_set_default_row(sheet_, 17, LXW_FALSE);
  worksheet_set_row(sheet_, 0, 30, nullptr);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ColumnKind kind = columns_[i].kind;
    const bool number = kind == ColumnKind::kNumber || kind == ColumnKind::kInteger || kind == ColumnKind::kObjects;
    const bool date = kind == ColumnKind::kDate || kind == ColumnKind::kDateTime || kind == ColumnKind::kBoolean;
    const Styles& styles = book_.styles();
    worksheet_write_string(sheet_, 0, static_cast<lxw_col_t>(i), Heading(columns_[i]).c_str(),
                           number ? styles.header_right : date ? styles.header_centre : styles.header);
  }
}

/// The height must be set while the row is the current one: after that it is out of memory.
void Table::EndRow() {
  constexpr double kLinePoints = 13.5;
  constexpr int kLinesMax = 14;
  if (row_ > 0 && lines_ > 1) {
    worksheet_set_row(sheet_, static_cast<lxw_row_t>(row_), 4 + kLinePoints * std::min(lines_, kLinesMax), nullptr);
  }
  lines_ = 1;
}

bool Table::NextRow() {
  if (row_ >= kRowsMax) {
    ++left_out_;
    return false;
  }
  EndRow();
  ++row_;
  return true;
}

/// How many lines the text takes in its column.
void Table::Heighten(size_t column, std::string_view text) {
  int lines = 0;
  for (size_t from = 0; from <= text.size() && lines < 40;) {
    const size_t end = std::min(text.find('\n', from), text.size());
    const int width = DisplayWidth(text::TruncateBytes(text.substr(from, end - from), 8192));
    // A column's width counts digits of the default font; this font is a little narrower, an indent takes its share.
    lines += 1 + std::max(0, width - 1) / std::max(1, widths_[column] * 11 / 10 - 3);
    from = end + 1;
  }
  lines_ = std::max(lines_, lines);
}

void Table::PutText(size_t column, const std::string& value) {
  const std::string text = CellText(value);
  const auto row = static_cast<lxw_row_t>(row_);
  const auto col = static_cast<lxw_col_t>(column);
  Heighten(column, text);
  if (text.size() > kCellMax && text::CountCodePoints(text) > kCellMax) {
    ++cut_;
    const std::string shorter =
        std::string(text::TruncateCodePoints(text, 32'000)) +
        fmt::format("\n… (cut: the whole text has {} characters, a cell holds {})", text::CountCodePoints(text), kCellMax);
    worksheet_write_string(sheet_, row, col, shorter.c_str(), book_.styles().text);
    return;
  }
  if (columns_[column].kind == ColumnKind::kLink && IsLink(text) &&
      worksheet_write_url(sheet_, row, col, text.c_str(), book_.styles().link) == LXW_NO_ERROR) {
    return;
  }
  // Never a formula, whatever it begins with.
  worksheet_write_string(sheet_, row, col, text.c_str(), book_.styles().text);
}

void Table::PutNumber(size_t column, double value, bool whole) {
  const Styles& styles = book_.styles();
  lxw_format* format = !whole ? styles.decimal : std::abs(value) >= 10'000 ? styles.grouped : styles.integer;
  worksheet_write_number(sheet_, static_cast<lxw_row_t>(row_), static_cast<lxw_col_t>(column), value, format);
}

bool Table::PutTyped(size_t column, const Json& value) {
  const auto row = static_cast<lxw_row_t>(row_);
  const auto col = static_cast<lxw_col_t>(column);
  if (value.is_boolean()) {
    worksheet_write_boolean(sheet_, row, col, value.get<bool>() ? 1 : 0, book_.styles().boolean);
    return true;
  }
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (!IsExact(value) || !std::isfinite(number) || std::abs(number) > kExactMax) return false;
    PutNumber(column, number, value.is_number_integer() || number == std::floor(number));
    return true;
  }
  const ColumnKind kind = columns_[column].kind;
  if (value.is_string() && (kind == ColumnKind::kDate || kind == ColumnKind::kDateTime)) {
    const auto& text = value.get_ref<const std::string&>();
    auto date = ParseDate(text);
    if (!date) return false;
    const bool day_only = text.size() == 10;
    worksheet_write_datetime(sheet_, row, col, &*date, day_only ? book_.styles().date : book_.styles().date_time);
    return true;
  }
  if (value.is_array() && kind == ColumnKind::kObjects) {
    worksheet_write_number(sheet_, row, col, static_cast<double>(value.size()), book_.styles().items);
    return true;
  }
  return false;
}

void Table::Put(size_t column, const Json& value) {
  if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()) ||
      (value.is_array() && value.empty())) {
    worksheet_write_blank(sheet_, static_cast<lxw_row_t>(row_), static_cast<lxw_col_t>(column), book_.styles().text);
  } else if (!PutTyped(column, value)) {
    PutText(column, ValueText(value));
  }
}

void Table::Note(size_t column, const std::string& text) {
  lxw_comment_options options{};
  options.width = 360;
  options.height = std::clamp(34.0 + 15.0 * (static_cast<double>(DisplayWidth(text)) / 50.0 + 1), 50.0, 260.0);
  options.author = const_cast<char*>("Yakan");
  worksheet_write_comment_opt(sheet_, static_cast<lxw_row_t>(row_), static_cast<lxw_col_t>(column), PlainText(text).c_str(), &options);
}

void Table::ColourEnum(size_t column) {
  const Styles& styles = book_.styles();
  const bool ranked = std::any_of(columns_[column].values.begin(), columns_[column].values.end(),
                                  [](const std::string& value) { return RankOf(value) == Rank::kHigh; });
  for (size_t i = 0; i < columns_[column].values.size() && i < 24; ++i) {
    const std::string value = PlainText(columns_[column].values[i]);
    std::string quoted = "\"";
    for (const char c : value) quoted += c == '"' ? "\"\"" : std::string(1, c);
    quoted += '"';
    const Rank rank = ranked ? RankOf(value) : Rank::kNone;
    lxw_conditional_format rule{};
    rule.type = LXW_CONDITIONAL_TYPE_CELL;
    rule.criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO;
    rule.value_string = quoted.data();
    rule.format = rank == Rank::kHigh     ? styles.high
                  : rank == Rank::kMiddle ? styles.middle
                  : rank == Rank::kLow    ? styles.low
                                          : styles.palette[i % styles.palette.size()];
    const auto col = static_cast<lxw_col_t>(column);
    worksheet_conditional_format_range(sheet_, 1, col, static_cast<lxw_row_t>(row_), col, &rule);
  }
}

void Table::Finish(size_t frozen_columns) {
  EndRow();
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto col = static_cast<lxw_col_t>(i);
    worksheet_set_column(sheet_, col, col, widths_[i], nullptr);
  }
  worksheet_freeze_panes(sheet_, 1, static_cast<lxw_col_t>(frozen_columns));
  worksheet_repeat_rows(sheet_, 0, 0);
  if (row_ == 0 || columns_.empty()) return;
  const auto last_row = static_cast<lxw_row_t>(row_);
  worksheet_autofilter(sheet_, 0, 0, last_row, static_cast<lxw_col_t>(columns_.size() - 1));
  // No stripes: spreadsheets disagree on which rule wins where two overlap, and the colours here mean something.
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].values.empty()) ColourEnum(i);
    if (!columns_[i].in_schema) continue;
    lxw_conditional_format rule{};
    rule.type = LXW_CONDITIONAL_TYPE_BLANKS;
    rule.format = book_.styles().blank;
    worksheet_conditional_format_range(sheet_, 1, static_cast<lxw_col_t>(i), last_row, static_cast<lxw_col_t>(i), &rule);
  }
}

}  // namespace yk::sinks
