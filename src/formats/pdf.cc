// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "formats/document_join.h"
#include "formats/pdf_extras.h"
#include "formats/pdf_open.h"
#include "formats/pdf_pages.h"
#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// Why no page gave text; nullopt when it is a blank page of a document, which is nobody's fault.
std::optional<Error> NoText(const PdfPages& pages, bool whole, const Complaints& complaints) {
  if (complaints.missing_language()) {
    return reader::ReasonError(
        Reason::kUnmappableText,
        "the text is in a font whose character maps are not installed; install the package poppler-data");
  }
  if (!pages.pictures_left.empty()) {
    return reader::ReasonError(
        Reason::kNoTextLayer,
        "the pages are pictures without a text layer, such as a scan, and were not read by OCR: " + pages.ocr_problem);
  }
  if (!pages.pictures_empty.empty()) {
    return reader::ReasonError(
        Reason::kNoTextLayer,
        "the pages are pictures without a text layer, and OCR recognised no text in them; scan them "
        "again in better quality if there should be any");
  }
  if (!whole) return std::nullopt;
  return reader::ReasonError(Reason::kNoText, "the pages are blank; there is nothing to read");
}

std::string PagesAre(const PageNumbers& numbers, const PdfPages& pages) {
  if (numbers.size() == pages.pages.size())
    return numbers.size() == 1 ? "the page is a picture" : "all pages are pictures";
  return (numbers.size() == 1 ? "page " + ShowPages(numbers) + " is a picture"
                              : "pages " + ShowPages(numbers) + " are pictures");
}

void AddNotes(const PdfPages& pages, const PdfFile& file, reader::Document& out) {
  if (!pages.unreadable.empty()) {
    out.notes.push_back(fmt::format("{} of {} pages are damaged and could not be read: {}.", pages.unreadable.size(),
                                    pages.pages.size(), ShowPages(pages.unreadable)));
  }
  if (*file.rebuilt) {
    out.notes.emplace_back(
        "The file is damaged: its table of contents was made anew from what is there, so parts may be missing.");
  }
  const std::string by_ocr = fmt::format("read by OCR with a confidence of {:.0f} of 100.",
                                         pages.ocr_confidence / std::max(1.0, pages.ocr_letters));
  if (!pages.pictures_read.empty()) {
    out.notes.push_back(fmt::format("no_text_layer: {}; {}", PagesAre(pages.pictures_read, pages), by_ocr));
  }
  if (!pages.pictures_added.empty()) {
    out.notes.push_back(fmt::format("The text in pictures on page {} was {}", ShowPages(pages.pictures_added), by_ocr));
  }
  if (!pages.unmapped_read.empty()) {
    out.notes.push_back(
        fmt::format("unmappable_text: the fonts of page {} do not say which characters their shapes are; {}",
                    ShowPages(pages.unmapped_read), by_ocr));
  }
  if (!pages.pictures_left.empty()) {
    out.notes.push_back(
        fmt::format("no_text_layer: {}; not read. {}", PagesAre(pages.pictures_left, pages), pages.ocr_problem));
  } else if (pages.ocr_letters > 0 && !pages.ocr_problem.empty()) {
    out.notes.push_back(pages.ocr_problem);
  }
  if (!pages.pictures_empty.empty()) {
    out.notes.push_back(
        fmt::format("no_text_layer: {}; OCR recognised no text.", PagesAre(pages.pictures_empty, pages)));
  }
  if (pages.count.unmapped > 0) {
    out.notes.push_back(fmt::format("{} characters have no known meaning in their font.", pages.count.unmapped));
  }
}

void AddMetadata(PDFDoc& document, const PdfPages& pages, RunningLines running, reader::Document& out) {
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) out.metadata.push_back({name, {std::move(value)}, false});
  };
  const auto add_list = [&](const char* name, std::vector<std::string> values) {
    if (!values.empty()) out.metadata.push_back({name, std::move(values), true});
  };
  out.title = InfoEntry(document, "Title");
  add("author", InfoEntry(document, "Author"));
  add("subject", InfoEntry(document, "Subject"));
  add("keywords", InfoEntry(document, "Keywords"));
  add("creator", InfoEntry(document, "Creator"));
  add("producer", InfoEntry(document, "Producer"));
  add("created", InfoDate(document, "CreationDate"));
  add("modified", InfoDate(document, "ModDate"));
  if (pages.ocr_letters > 0) add("ocr_confidence", fmt::format("{:.0f}", pages.ocr_confidence / pages.ocr_letters));
  std::vector<std::string> form;
  for (const FormValue& field : pages.fields) {
    const bool labelled = !field.label.empty() && field.label != field.name;
    form.push_back(field.name + (labelled ? " (" + field.label + ")" : "") + ": " + field.value);
  }
  add_list("form", std::move(form));
  add_list("page_header", std::move(running.heads));
  add_list("page_footer", std::move(running.feet));
}

/// Files inside the PDF: listed, and read where there is a parser for them.
void AddFiles(PDFDoc& document, const reader::ReadRequest& request, reader::Document& out) {
  const reader::ReadLimits& limits = request.options.limits;
  for (const EmbeddedFile& file : EmbeddedFiles(document, limits.members_max, limits.expanded_bytes_max)) {
    reader::Attachment& attachment = out.attachments.emplace_back();
    attachment.name = file.name;
    attachment.mime = file.mime;
    if (file.cut) {
      attachment.problem = "it is larger than what one file may unfold to";
      continue;
    }
    attachment.size = file.content.size();
    attachment.sha256 = ToHex(Sha256(file.content));
    reader::ReadRequest inside = request;
    inside.name = file.name;
    inside.converter = false;
    inside.depth = request.depth + 1;
    inside.options.limits.text_bytes_max -= std::min<uint64_t>(out.text.size(), limits.text_bytes_max);
    auto answer = ReadContent(inside, file.content);
    if (!answer) {
      attachment.problem = answer.error().message;
      continue;
    }
    for (const std::string& note : answer->document.notes) out.notes.push_back(file.name + ": " + note);
    if (attachment.mime.empty()) attachment.mime = answer->document.mime;
    const size_t index = out.attachments.size() - 1;
    std::vector<reader::Attachment> nested = std::move(answer->document.attachments);
    const int part = JoinDocument(std::move(answer->document), file.name, out);
    out.attachments[index].part = part;
    for (reader::Attachment& each : nested) {
      if (each.part >= 0) each.part += part;
      out.attachments.push_back(std::move(each));
    }
  }
}

Result<void> CheckText(const PdfPages& pages, const reader::ReadRequest& request, const Complaints& complaints) {
  if (pages.unreadable.size() == pages.pages.size()) {
    return Fail(
        reader::ReasonError(Reason::kCorrupt, "the file is damaged: none of its pages can be read; get it again"));
  }
  const reader::ReadLimits& limits = request.options.limits;
  if (pages.count.visible == 0) {
    if (auto error = NoText(pages, limits.first_page <= 1 && limits.last_page == 0, complaints))
      return Fail(*std::move(error));
  } else if (pages.count.IsUnmappable()) {
    return Fail(reader::ReasonError(Reason::kUnmappableText,
                                    "the fonts do not say which characters their shapes are, and OCR did not help" +
                                        (pages.ocr_problem.empty() ? std::string(".") : ": " + pages.ocr_problem)));
  }
  return {};
}

}  // namespace

bool IsPdf(std::string_view bytes) { return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos; }

Result<reader::ReadAnswer> ReadPdf(const reader::ReadRequest& request, std::string_view bytes) {
  const Complaints complaints;
  YK_TRY(const PdfFile file, OpenPdf(bytes, request.options.passwords));
  reader::ReadAnswer answer;
  answer.page_count = file.document->getNumPages();
  if (answer.page_count <= 0) {
    if (complaints.damaged()) {
      return Fail(
          reader::ReasonError(Reason::kCorrupt, "the file is damaged: its page list cannot be read; get it again"));
    }
    return Fail(reader::ReasonError(Reason::kNoPages, "the file has no pages"));
  }
  if (request.task != reader::Task::kRead) return answer;

  YK_TRY(PdfPages pages, ReadPdfPages(*file.document, request));
  YK_TRY_VOID(CheckText(pages, request, complaints));
  reader::Document& out = answer.document;
  out.mime = "application/pdf";
  AddNotes(pages, file, out);
  AddMetadata(*file.document, pages, RemoveRunningLines(pages.pages), out);
  JoinPages(std::move(pages.pages), out);
  out.tables = std::move(pages.tables);
  const bool whole = request.options.limits.first_page <= 1 && request.options.limits.last_page == 0;
  if (whole) AddFiles(*file.document, request, out);
  return answer;
}

}  // namespace yk::formats
