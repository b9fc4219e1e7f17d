// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf.h"

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/page_layout.h"
#include "formats/pdf_marks.h"
#include "formats/table_finder.h"
#include "formats/unicode.h"
#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// What poppler complained about while one file was read. Its hook is a plain function with a closure pointer.
class Complaints {
 public:
  Complaints() { poppler::set_debug_error_function(&Complaints::Note, this); }
  ~Complaints() { poppler::set_debug_error_function(&Complaints::Ignore, nullptr); }
  Complaints(const Complaints&) = delete;
  Complaints& operator=(const Complaints&) = delete;

  bool damaged() const { return damaged_; }
  bool missing_language() const { return missing_language_; }

 private:
  static void Note(const std::string& message, void* self) {
    auto* complaints = static_cast<Complaints*>(self);
    // A page tree that says 0 is complained of as well, but is no damage.
    if (message.find("Invalid page count 0") == std::string::npos) complaints->damaged_ = true;
    if (message.find("language pack") != std::string::npos) complaints->missing_language_ = true;
  }
  static void Ignore(const std::string&, void*) {}

  bool damaged_ = false;
  bool missing_language_ = false;
};

struct Text {
  std::u32string all;
  std::vector<reader::Page> pages;
  std::vector<reader::Table> tables;
  int unreadable_pages = 0;
  size_t utf8_bytes = 0;
  size_t letters = 0;   ///< letters of any script and digits
  size_t visible = 0;   ///< characters that are not white space
  size_t unmapped = 0;  ///< of them: private use, U+FFFD
};

bool IsUnmapped(char32_t c) { return c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000; }

bool IsWordCharacter(char32_t c) {
  return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && !IsUnmapped(c));
}

std::vector<Word> WordsOf(const poppler::page& page, int options) {
  std::vector<Word> words;
  for (const poppler::text_box& box : page.text_list(options)) {
    const poppler::ustring text = box.text();
    Word word;
    word.text = FromUtf16({reinterpret_cast<const char16_t*>(text.data()), text.size()});
    if (word.text.empty()) continue;
    const poppler::rectf area = box.bbox();
    word.left = area.left();
    word.top = area.top();
    word.right = area.right();
    word.bottom = area.bottom();
    word.rotation = box.rotation();
    word.space_after = box.has_space_after();
    word.vertical = box.has_font_info() && box.get_wmode() == poppler::text_box::vertical_wmode;
    words.push_back(std::move(word));
  }
  return words;
}

/// Whether the page may be written from top to bottom: its Japanese words are taller than wide, or single characters.
bool MayBeVertical(const std::vector<Word>& words) {
  size_t cjk = 0;
  size_t upright = 0;
  for (const Word& word : words) {
    if (!IsCjk(word.text.front())) continue;
    ++cjk;
    if (word.text.size() == 1 || word.bottom - word.top > 1.5 * (word.right - word.left)) ++upright;
  }
  return 4 * upright > cjk;
}

/// The writing direction comes with the fonts, and those take longer than all the rest: asked for only in doubt.
std::vector<Word> WordsOf(const poppler::page& page) {
  std::vector<Word> words = WordsOf(page, 0);
  if (MayBeVertical(words)) words = WordsOf(page, poppler::page::text_list_include_font);
  return words;
}

/// The same words, where they come with the lines of the page.
std::vector<Word> WordsOf(const PageMarks& marks) {
  std::vector<Word> words;
  for (const MarkedWord& marked : marks.words) {
    Word& word = words.emplace_back();
    word.text = marked.text;
    word.left = marked.box.left;
    word.top = marked.box.top;
    word.right = marked.box.right;
    word.bottom = marked.box.bottom;
    word.rotation = marked.rotation;
    word.space_after = marked.space_after;
    word.vertical = marked.vertical;
  }
  if (!MayBeVertical(words)) {
    for (Word& word : words) word.vertical = false;
  }
  return words;
}

/// `marks`: null when tables are not asked for.
void AddPage(const poppler::document& document, int number, const PdfMarks* marks, Text& text) {
  const std::unique_ptr<poppler::page> page(document.create_page(number - 1));
  if (page == nullptr) {
    ++text.unreadable_pages;
  } else if (marks != nullptr) {
    PageMarks shown = marks->Page(number);
    text.all += LayOutPage(WordsOf(shown));
    for (reader::Table& table : FindTables(std::move(shown), number)) text.tables.push_back(std::move(table));
  } else {
    text.all += LayOutPage(WordsOf(*page));
  }
  const int64_t begin = text.pages.empty() ? 0 : text.pages.back().end;
  const auto end = static_cast<int64_t>(text.all.size());
  reader::Page& shape = text.pages.emplace_back(reader::Page{.number = number, .begin = begin, .end = end});
  if (page != nullptr) {
    const poppler::rectf size = page->page_rect();
    shape.width = size.width();
    shape.height = size.height();
  }
  for (auto at = static_cast<size_t>(begin); at < text.all.size(); ++at) {
    const char32_t c = text.all[at];
    text.utf8_bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (c == U' ' || c == U'\n' || c == U'\t' || c == 0x3000 || c == 0xA0) continue;
    ++text.visible;
    if (IsUnmapped(c)) ++text.unmapped;
    if (IsWordCharacter(c)) ++text.letters;
  }
}

/// Whether one of the first of these pages (1-based) shows anything, seen at thumbnail size.
bool ShowsSomething(const poppler::document& document, int first, int last) {
  poppler::page_renderer renderer;
  renderer.set_image_format(poppler::image::format_rgb24);
  for (int number = first; number <= std::min(last, first + 2); ++number) {
    const std::unique_ptr<poppler::page> page(document.create_page(number - 1));
    if (page == nullptr) continue;
    const poppler::rectf size = page->page_rect();
    const double longest = std::max({size.width(), size.height(), 1.0});
    const poppler::image image = renderer.render_page(page.get(), 72.0 * 200 / longest, 72.0 * 200 / longest);
    if (!image.is_valid()) continue;
    for (int y = 0; y < image.height(); ++y) {
      const char* row = image.const_data() + static_cast<ptrdiff_t>(y) * image.bytes_per_row();
      if (std::any_of(row, row + 3 * image.width(), [](char c) { return static_cast<uint8_t>(c) < 0xF0; })) return true;
    }
  }
  return false;
}

/// Why no page gave text; nullopt when it is a blank page of a document, which is nobody's fault.
std::optional<Error> NoText(const poppler::document& document, const Text& text, bool whole, const Complaints& complaints) {
  if (complaints.missing_language()) {
    return reader::ReasonError(Reason::kUnmappableText,
                       "the text is in a font whose character maps are not installed; install the package poppler-data");
  }
  if (ShowsSomething(document, text.pages.front().number, text.pages.back().number)) {
    return reader::ReasonError(Reason::kNoTextLayer,
                       "the pages are pictures without a text layer, such as a scan; run it through OCR first");
  }
  if (!whole) return std::nullopt;
  return reader::ReasonError(Reason::kNoText, "the pages are blank; there is nothing to read");
}

/// Text that is mostly characters without meaning is worse than none: values would be made of it. A font without a
/// character map also shows as signs and hardly a letter.
bool IsUnmappable(const Text& text) {
  return text.unmapped * 2 > text.visible || (text.visible >= 4 && text.letters * 4 < text.visible);
}

Result<Text> ReadPages(const poppler::document& document, const reader::ReadRequest& request, const PdfMarks* marks) {
  const int pages = document.pages();
  const reader::ReadLimits& limits = request.options.limits;
  const int first = std::max(1, limits.first_page);
  const int last = limits.last_page > 0 ? std::min(limits.last_page, pages) : pages;
  if (first > last) {
    return Fail(reader::ReasonError(Reason::kNoPages, fmt::format("page {} was asked for, but the file has {} pages",
                                                                  first, pages)));
  }
  if (last - first >= limits.pages_max) {
    return Fail(reader::ReasonError(
        Reason::kResourceLimit,
        fmt::format("the file has {} pages, more than the limit of {}; split it, or read it as: page", pages,
                    limits.pages_max)));
  }
  Text text;
  for (int number = first; number <= last; ++number) {
    AddPage(document, number, marks, text);
    if (text.utf8_bytes > limits.text_bytes_max) {
      return Fail(reader::ReasonError(Reason::kResourceLimit,
                                      fmt::format("the text passes the limit of {} bytes at page {}; split the file",
                                                  limits.text_bytes_max, number)));
    }
  }
  return text;
}

Result<std::unique_ptr<poppler::document>> OpenPdf(std::string_view bytes) {
  if (bytes.size() > INT_MAX) {
    return Fail(reader::ReasonError(Reason::kResourceLimit, "the file is larger than 2 GB; split it"));
  }
  std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (document == nullptr) {
    return Fail(reader::ReasonError(Reason::kCorrupt, "the file is damaged and cannot be opened as a PDF; get it again"));
  }
  // Asking a locked document for its pages crashes poppler.
  if (document->is_locked()) {
    return Fail(reader::ReasonError(Reason::kEncrypted,
                                    "the file is encrypted; open it with its password and save it without one"));
  }
  return document;
}

}  // namespace

bool IsPdf(std::string_view bytes) { return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos; }

Result<reader::ReadAnswer> ReadPdf(const reader::ReadRequest& request, std::string_view bytes) {
  const Complaints complaints;
  YK_TRY(const std::unique_ptr<poppler::document> document, OpenPdf(bytes));
  reader::ReadAnswer answer;
  answer.page_count = document->pages();
  if (answer.page_count <= 0) {
    if (complaints.damaged()) {
      return Fail(reader::ReasonError(Reason::kCorrupt, "the file is damaged: its page list cannot be read; get it again"));
    }
    return Fail(reader::ReasonError(Reason::kNoPages, "the file has no pages"));
  }
  if (request.task != reader::Task::kRead) return answer;

  // Tables need the lines of the pages: words and lines then come together from poppler's core.
  const auto marks = request.options.want.tables ? PdfMarks::Open(bytes) : nullptr;
  YK_TRY(Text text, ReadPages(*document, request, marks.get()));
  if (text.unreadable_pages == static_cast<int>(text.pages.size())) {
    return Fail(reader::ReasonError(Reason::kCorrupt, "the file is damaged: none of its pages can be read; get it again"));
  }
  const bool whole = request.options.limits.first_page <= 1 && request.options.limits.last_page == 0;
  if (text.visible == 0) {
    if (auto error = NoText(*document, text, whole, complaints)) return Fail(*std::move(error));
  }
  if (text.visible > 0 && IsUnmappable(text)) {
    return Fail(reader::ReasonError(Reason::kUnmappableText,
                                    "the fonts do not say which characters their shapes are; run the file through OCR"));
  }
  reader::Document& out = answer.document;
  out.mime = "application/pdf";
  const poppler::ustring title = document->get_title();
  out.title = text::ToUtf8(FromUtf16({reinterpret_cast<const char16_t*>(title.data()), title.size()}));
  out.text = text::ToUtf8(text.all);
  out.pages = std::move(text.pages);
  out.tables = std::move(text.tables);
  if (text.unreadable_pages > 0) {
    out.notes.push_back(fmt::format("{} of {} pages are damaged and could not be read.", text.unreadable_pages,
                                    out.pages.size()));
  }
  if (text.unmapped > 0) {
    out.notes.push_back(fmt::format("{} characters have no known meaning in their font.", text.unmapped));
  }
  return answer;
}

}  // namespace yk::formats
