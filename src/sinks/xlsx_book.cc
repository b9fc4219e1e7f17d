// SPDX-License-Identifier: Apache-2.0
#include "sinks/xlsx_book.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "sinks/xlsx_text.h"
#include "text/utf8.h"

namespace yk::sinks {
namespace {

constexpr lxw_color_t kInk = 0x1F2937;
constexpr lxw_color_t kHeaderFill = 0x1F3864;
constexpr lxw_color_t kLine = 0xD9DEE7;

void Cell(lxw_format* format) {
  format_set_font_name(format, "Calibri");
  format_set_font_size(format, 10);
  format_set_font_color(format, kInk);
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  format_set_bottom(format, LXW_BORDER_THIN);
  format_set_bottom_color(format, kLine);
}

}  // namespace

Book::Book(const std::filesystem::path& path, const std::string& title, WallTime created_at) : path_(path) {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  book_ = workbook_new_opt(path.c_str(), &options);
  lxw_doc_properties properties{};
  std::string shown_title = PlainText(title);
  properties.title = shown_title.data();
  properties.author = const_cast<char*>("Yakan");
  properties.created = static_cast<time_t>(ToUnixMs(created_at) / 1000);
  workbook_set_properties(book_, &properties);
  MakeStyles();
}

Book::~Book() {
  if (book_ != nullptr) lxw_workbook_free(book_);
}

lxw_format* Book::Tint(lxw_color_t fill, lxw_color_t font) {
  lxw_format* format = workbook_add_format(book_);
  format_set_bg_color(format, fill);
  format_set_font_color(format, font);
  return format;
}

lxw_format* Book::Header(uint8_t align) {
  lxw_format* format = workbook_add_format(book_);
  format_set_font_name(format, "Calibri");
  format_set_font_size(format, 10);
  format_set_bold(format);
  format_set_font_color(format, LXW_COLOR_WHITE);
  format_set_bg_color(format, kHeaderFill);
  format_set_text_wrap(format);
  format_set_align(format, align);
  format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  if (align != LXW_ALIGN_CENTER) format_set_indent(format, 1);
  return format;
}

void Book::MakeStyles() {
  const auto cell = [this](const char* number_format, bool wrap) {
    lxw_format* format = workbook_add_format(book_);
    Cell(format);
    if (number_format != nullptr) format_set_num_format(format, number_format);
    if (wrap) format_set_text_wrap(format);
    return format;
  };
  styles_.header = Header(LXW_ALIGN_LEFT);
  styles_.header_right = Header(LXW_ALIGN_RIGHT);
  styles_.header_centre = Header(LXW_ALIGN_CENTER);
  styles_.text = cell(nullptr, true);
  format_set_indent(styles_.text, 1);  // away from the number in the cell before
  styles_.date = cell("yyyy-mm-dd", false);
  styles_.date_time = cell("yyyy-mm-dd hh:mm", false);
  format_set_align(styles_.date, LXW_ALIGN_CENTER);
  format_set_align(styles_.date_time, LXW_ALIGN_CENTER);
  styles_.boolean = cell(nullptr, false);
  format_set_align(styles_.boolean, LXW_ALIGN_CENTER);
  styles_.integer = cell("0", false);
  styles_.grouped = cell("#,##0", false);
  styles_.decimal = cell("#,##0.00##", false);
  styles_.percent = cell("0%", false);
  styles_.items = cell("0 \"items\"", false);
  for (lxw_format* number : {styles_.integer, styles_.grouped, styles_.decimal, styles_.percent, styles_.items}) {
    format_set_align(number, LXW_ALIGN_RIGHT);
    format_set_indent(number, 1);
  }
  styles_.link = cell(nullptr, true);
  format_set_indent(styles_.link, 1);
  format_set_font_color(styles_.link, 0x0563C1);
  format_set_underline(styles_.link, LXW_UNDERLINE_SINGLE);
  styles_.title = workbook_add_format(book_);
  format_set_font_name(styles_.title, "Calibri");
  format_set_font_size(styles_.title, 16);
  format_set_bold(styles_.title);
  format_set_font_color(styles_.title, kHeaderFill);
  styles_.label = cell(nullptr, true);
  format_set_bold(styles_.label);
  format_set_indent(styles_.label, 1);
  styles_.muted = cell(nullptr, true);
  format_set_font_color(styles_.muted, 0x6B7280);
  styles_.blank = workbook_add_format(book_);
  format_set_bg_color(styles_.blank, 0xECECEC);
  styles_.high = Tint(0xFFC7CE, 0x9C0006);
  styles_.middle = Tint(0xFFEB9C, 0x7F5200);
  styles_.low = Tint(0xC6EFCE, 0x006100);
  for (const lxw_color_t fill : {0xDDEBF7, 0xE4DFEC, 0xDAEEF3, 0xFDE9D9, 0xEBF1DE, 0xF2DCDB}) {
    styles_.palette.push_back(Tint(fill, kInk));
  }
}

std::string Book::SheetName(std::string_view wish) {
  std::string name;
  for (const char c : PlainText(wish)) name += std::string_view("[]:*?/\\").find(c) == std::string_view::npos ? c : '-';
  while (name.starts_with('\'')) name.erase(0, 1);
  while (name.ends_with('\'')) name.pop_back();
  if (name.empty()) name = "results";
  const auto lower = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
  };
  std::string fit(text::TruncateCodePoints(name, 31));
  for (int number = 2; !names_.insert(lower(fit)).second; ++number) {
    const std::string suffix = fmt::format(" {}", number);
    fit = std::string(text::TruncateCodePoints(name, 31 - suffix.size())) + suffix;
  }
  return fit;
}

lxw_worksheet* Book::AddSheet(std::string_view name) {
  lxw_worksheet* sheet = workbook_add_worksheet(book_, SheetName(name).c_str());
  YK_CHECK(sheet != nullptr, "a sheet name that was made fit is refused");
  worksheet_set_landscape(sheet);
  worksheet_set_paper(sheet, 9);  // A4
  worksheet_fit_to_pages(sheet, 1, 0);
  worksheet_gridlines(sheet, LXW_HIDE_ALL_GRIDLINES);
  return sheet;
}

Result<void> Book::Close() {
  errno = 0;
  const lxw_error error = workbook_close(book_);
  const int number = errno;
  book_ = nullptr;
  if (error == LXW_NO_ERROR) return {};
  if (number != 0) return Fail(ErrnoError("write", path_, number));
  return Fail(Code::kUnavailable, "cannot write {}: {}; check the free space there and in the folder for temporary files",
              path_.string(), lxw_strerror(error));
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = text::NextCodePoint(text, &at);
    const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                      (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF01 && c <= 0xFF60) || c >= 0x1F300;
    width += wide ? 2 : 1;
  }
  return width;
}

}  // namespace yk::sinks
