// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_pages.h"

#include <poppler/PDFDoc.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "formats/ocr.h"
#include "formats/pdf_render.h"
#include "formats/table_finder.h"
#include "reader/reason.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// A page with less text than this may be a picture with a stamp, a page number or a file name on it.
constexpr size_t kFewCharacters = 120;
constexpr size_t kPagesDrawnMax = 3;    ///< of a file without text, to see whether it is blank
constexpr double kLargePicture = 0.02;  ///< of the page: logos are smaller, and reading a page takes seconds

std::string Flat(std::string_view text) { return text::FoldString(text, {.space = text::Space::kDrop}); }

/// A line that the page does not show, behind its text.
void AppendBlock(PageDraft& page, std::string_view line) {
  if (!page.text.empty()) page.text += page.text.back() == U'\n' ? U"\n" : U"\n\n";
  const auto begin = static_cast<int64_t>(page.text.size());
  page.text += text::ToUtf32(line);
  page.blocks.push_back({.begin = begin, .end = static_cast<int64_t>(page.text.size()), .lines = 1});
  page.text += U'\n';
}

bool Inside(const Word& word, const std::vector<Word>& others) {
  const double x = (word.left + word.right) / 2;
  const double y = (word.top + word.bottom) / 2;
  return std::any_of(others.begin(), others.end(), [&](const Word& other) {
    return x >= other.left && x <= other.right && y >= other.top && y <= other.bottom;
  });
}

class PageReader {
 public:
  PageReader(PDFDoc& document, const reader::ReadRequest& request) : document_(document), request_(request) {}

  void Read(int number);
  uint64_t utf8_bytes() const { return utf8_bytes_; }
  PdfPages Take();

 private:
  bool MayUseOcr();
  /// Words found in the page's picture; empty when nothing was found or OCR may not be used.
  std::vector<Word> WordsInPicture(int number);
  /// Reads the page's picture where it has no text worth having.
  void LookAtPicture(int number, PdfPage& page, const CharacterCount& count);
  void AddExtras(int number, PageDraft& draft);

  PDFDoc& document_;
  const reader::ReadRequest& request_;
  PdfPages out_;
  uint64_t utf8_bytes_ = 0;
  int ocr_pages_ = 0;
  PageNumbers not_looked_at_;  ///< without text, while OCR is off
};

bool PageReader::MayUseOcr() {
  const reader::OcrOptions& options = request_.options.ocr;
  if (!options.enabled) {
    out_.ocr_problem = "OCR is off.";
    return false;
  }
  if (ocr_pages_ >= options.pages_max) {
    out_.ocr_problem = fmt::format("OCR reads at most {} pages of one file.", options.pages_max);
    return false;
  }
  Ocr& ocr = Ocr::OfThisProcess();
  const bool can = ocr.CanRead(options.languages);
  if (!ocr.problem().empty()) out_.ocr_problem = ocr.problem();
  return can;
}

std::vector<Word> PageReader::WordsInPicture(int number) {
  const reader::OcrOptions& options = request_.options.ocr;
  const auto picture = RenderPdfPage(document_, number, std::clamp(options.dpi, 72, 1200), kOcrPixelsMax);
  ++ocr_pages_;
  if (!picture) return {};
  OcrPage read = Ocr::OfThisProcess().Read(*picture, options.languages, request_.progress);
  for (Word& word : read.words) {
    for (double* side : {&word.left, &word.top, &word.right, &word.bottom}) *side *= 72 / picture->dpi;
    const auto letters = static_cast<double>(word.text.size());
    out_.ocr_letters += letters;
    out_.ocr_confidence += letters * read.confidence;
  }
  return std::move(read.words);
}

void PageReader::LookAtPicture(int number, PdfPage& page, const CharacterCount& count) {
  const bool unmappable = count.visible > 0 && count.IsUnmappable();
  const bool empty = count.visible == 0;
  if (!request_.options.ocr.enabled && !unmappable) {
    if (empty) not_looked_at_.push_back(number);
    return;
  }
  if (empty && !PdfPageShowsSomething(document_, number)) return;
  if (!empty && !unmappable &&
      (count.visible >= kFewCharacters || LargestPictureShare(document_, number) < kLargePicture)) {
    return;
  }
  if (!MayUseOcr()) {
    if (empty) out_.pictures_left.push_back(number);
    return;
  }
  std::vector<Word> found = WordsInPicture(number);
  if (unmappable) {
    if (found.empty()) return;
    out_.unmapped_read.push_back(number);
    page.words = std::move(found);
    return;
  }
  std::erase_if(found, [&](const Word& word) { return Inside(word, page.words); });
  if (!found.empty()) {
    (empty ? out_.pictures_read : out_.pictures_added).push_back(number);
  } else if (empty) {
    out_.pictures_empty.push_back(number);
  }
  std::move(found.begin(), found.end(), std::back_inserter(page.words));
}

void PageReader::AddExtras(int number, PageDraft& draft) {
  PageExtras extras = ReadPageExtras(document_, number);
  if (extras.fields.empty() && extras.comments.empty()) return;
  std::string shown = Flat(text::ToUtf8(draft.text));
  for (FormValue& field : extras.fields) {
    if (field.is_text && shown.find(Flat(field.value)) == std::string::npos) {
      const std::string& name = field.label.empty() ? field.name : field.label;
      AppendBlock(draft, name.empty() ? field.value : name + ": " + field.value);
      shown += Flat(field.value);
    }
    const auto same = [&](const FormValue& other) { return other.name == field.name && other.value == field.value; };
    if (std::none_of(out_.fields.begin(), out_.fields.end(), same)) out_.fields.push_back(std::move(field));
  }
  for (const std::string& comment : extras.comments) {
    if (shown.find(Flat(comment)) == std::string::npos) AppendBlock(draft, comment);
  }
}

void PageReader::Read(int number) {
  PageMarks marks;
  const bool tables = request_.options.want.tables;
  PdfPage page = ReadPdfPage(document_, number, tables ? &marks : nullptr);
  if (!page.readable) {
    out_.unreadable.push_back(number);
  } else {
    const CharacterCount count = CountCharacters(page.words);
    if (count.visible < kFewCharacters || count.IsUnmappable()) LookAtPicture(number, page, count);
  }
  PageDraft& draft =
      out_.pages.emplace_back(DraftPage(page.words, page.width, page.height, request_.options.want.spans));
  draft.number = number;
  if (tables) {
    for (reader::Table& table : FindTables(std::move(marks), number)) out_.tables.push_back(std::move(table));
  }
  if (page.readable) AddExtras(number, draft);
  out_.count.Add(draft.text);
  for (const char32_t c : draft.text) utf8_bytes_ += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/// Drawing a scan takes many times as long as all the text around it. Where nobody will read it, that it is there is
/// enough; only when nothing else is in the file, it matters whether the picture shows anything.
PdfPages PageReader::Take() {
  const bool text = out_.count.visible > 0;
  for (size_t i = 0; i < not_looked_at_.size() && (text || i < kPagesDrawnMax); ++i) {
    const int number = not_looked_at_[i];
    const bool picture =
        text ? LargestPictureShare(document_, number) >= kLargePicture : PdfPageShowsSomething(document_, number);
    if (picture) out_.pictures_left.push_back(number);
  }
  if (!out_.pictures_left.empty() && out_.ocr_problem.empty()) out_.ocr_problem = "OCR is off.";
  return std::move(out_);
}

}  // namespace

std::string ShowPages(const PageNumbers& pages) {
  std::string out;
  for (size_t i = 0; i < pages.size();) {
    size_t end = i;
    while (end + 1 < pages.size() && pages[end + 1] == pages[end] + 1) ++end;
    if (!out.empty()) out += ", ";
    out += end == i ? fmt::format("{}", pages[i]) : fmt::format("{}-{}", pages[i], pages[end]);
    i = end + 1;
  }
  return out;
}

Result<PdfPages> ReadPdfPages(PDFDoc& document, const reader::ReadRequest& request) {
  const reader::ReadLimits& limits = request.options.limits;
  const int pages = document.getNumPages();
  const int first = std::max(1, limits.first_page);
  const int last = limits.last_page > 0 ? std::min(limits.last_page, pages) : pages;
  if (first > last) {
    return Fail(reader::ReasonError(Reason::kNoPages,
                                    fmt::format("page {} was asked for, but the file has {} pages", first, pages)));
  }
  if (last - first >= limits.pages_max) {
    return Fail(reader::ReasonError(
        Reason::kResourceLimit,
        fmt::format("the file has {} pages, more than the limit of {}; split it, or read it as: page", pages,
                    limits.pages_max)));
  }
  PageReader reader(document, request);
  for (int number = first; number <= last; ++number) {
    reader.Read(number);
    if (reader.utf8_bytes() > limits.text_bytes_max) {
      return Fail(reader::ReasonError(Reason::kResourceLimit,
                                      fmt::format("the text passes the limit of {} bytes at page {}; split the file",
                                                  limits.text_bytes_max, number)));
    }
  }
  return reader.Take();
}

}  // namespace yk::formats
