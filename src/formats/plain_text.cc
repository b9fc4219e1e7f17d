// SPDX-License-Identifier: Apache-2.0
#include "formats/plain_text.h"

#include "formats/document_builder.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// Cuts at form feeds, which go (words do not grow together where no line ended before one), and keeps the pages that
/// were asked for.
reader::Document Pages(std::string_view content, const reader::ReadLimits& limits, int& page_count) {
  reader::Document document;
  int64_t at = 0;
  page_count = 0;
  while (true) {
    const size_t end = content.find('\f');
    const std::string_view piece = content.substr(0, end);
    const bool last = end == std::string_view::npos;
    ++page_count;
    if (page_count >= limits.first_page && (limits.last_page == 0 || page_count <= limits.last_page)) {
      const auto length = static_cast<int64_t>(text::CountCodePoints(piece));
      if (!document.text.empty() && !document.text.ends_with('\n')) {
        document.text += '\n';
        ++document.pages.back().end;
        ++at;
      }
      document.text += piece;
      document.pages.push_back({.number = page_count, .begin = at, .end = at + length});
      at += length;
    }
    if (last) break;
    content.remove_prefix(end + 1);
    if (content.empty()) break;  // a form feed at the very end opens no page
  }
  return document;
}

bool IsMarkdown(std::string_view name) { return name.ends_with(".md") || name.ends_with(".markdown"); }

std::string MarkdownTitle(std::string_view text) {
  if (!text.starts_with("# ")) return {};
  text.remove_prefix(2);
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Result<reader::ReadAnswer> ReadPlainText(const reader::ReadRequest& request, std::string_view bytes) {
  if (bytes.find_first_not_of(" \t\r\n\f") == std::string_view::npos) {
    return Fail(reader::ReasonError(Reason::kNoText, "the file holds white space only; there is nothing to read"));
  }
  if (bytes.size() > request.options.limits.text_bytes_max) {
    return Fail(reader::ReasonError(Reason::kResourceLimit,
                                    fmt::format("the text has {} bytes, more than the limit of {}; split the file",
                                                bytes.size(), request.options.limits.text_bytes_max)));
  }
  auto decoded = text::DecodeText(bytes);
  if (!decoded) return Fail(reader::ReasonError(Reason::kCorrupt, std::move(decoded).error().message));
  const std::string clean = CleanLines(decoded->text, Keep::kFormFeeds);
  reader::ReadAnswer answer;
  answer.document = Pages(clean, request.options.limits, answer.page_count);
  if (answer.document.pages.empty()) {
    return Fail(
        reader::ReasonError(Reason::kNoPages, fmt::format("page {} was asked for, but the file has {} pages",
                                                          request.options.limits.first_page, answer.page_count)));
  }
  answer.document.mime = IsMarkdown(request.name) ? "text/markdown" : "text/plain";
  answer.document.metadata.push_back({.name = "encoding", .values = {EncodingName(decoded->charset)}});
  if (decoded->guessed) {
    answer.document.notes.push_back(fmt::format("The character set was guessed to be {}.", decoded->charset));
  }
  if (IsMarkdown(request.name)) answer.document.title = MarkdownTitle(answer.document.text);
  return answer;
}

}  // namespace yk::formats
