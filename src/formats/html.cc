// SPDX-License-Identifier: Apache-2.0
#include "formats/html.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/document_builder.h"
#include "formats/html_main.h"
#include "formats/html_render.h"
#include "formats/html_tree.h"
#include "formats/inline_text.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr size_t kPreludeBytes = 4096;  ///< where a page says what charset it has

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string TextBelow(const GumboNode* node) {
  InlineText text;
  WalkHtml(
      node,
      [&](const GumboNode* child) {
        text.Add(NodeText(child));
        return true;
      },
      [](const GumboNode*) {});
  return text.Take();
}

/// <meta name=…> and <meta property=…> of interest, and what they are called in a document's metadata.
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kMetaNames = {{
    {"author", "author"},
    {"article:author", "author"},
    {"dc.creator", "author"},
    {"dcterms.creator", "author"},
    {"description", "description"},
    {"og:description", "description"},
    {"dc.description", "description"},
    {"keywords", "keywords"},
    {"date", "created"},
    {"article:published_time", "created"},
    {"dc.date", "created"},
    {"dcterms.created", "created"},
    {"datepublished", "created"},
    {"pubdate", "created"},
    {"article:modified_time", "modified"},
    {"og:updated_time", "modified"},
    {"dcterms.modified", "modified"},
    {"last-modified", "modified"},
}};

void ReadHead(const HtmlTree& tree, DocumentBuilder& out) {
  std::string other_title;
  bool in_body = false;
  WalkHtml(
      tree.root(),
      [&](const GumboNode* node) {
        if (!IsElement(node) || IsTag(node, GUMBO_TAG_SVG)) return false;
        in_body = in_body || IsTag(node, GUMBO_TAG_BODY);
        if (IsTag(node, GUMBO_TAG_TITLE)) out.Title(TextBelow(node));
        if (!IsTag(node, GUMBO_TAG_META)) return !in_body;
        std::string name = Lower(Attribute(node, "name"));
        if (name.empty()) name = Lower(Attribute(node, "property"));
        if (name.empty()) name = Lower(Attribute(node, "itemprop"));
        const std::string_view content = Attribute(node, "content");
        if (name == "og:title") other_title = content;
        for (const auto& [known, ours] : kMetaNames) {
          if (name == known) out.Metadata(ours, content);
        }
        return false;
      },
      [](const GumboNode*) {});
  out.Title(other_title);
  if (const GumboNode* heading = tree.Find(GUMBO_TAG_H1)) out.Title(TextBelow(heading));
  std::string_view language = Attribute(tree.root(), "lang");
  if (language.empty()) language = Attribute(tree.root(), "xml:lang");
  out.Metadata("language", language);
}

MainText WholeBody(const HtmlTree& tree) {
  const GumboNode* body = tree.Find(GUMBO_TAG_BODY);
  // A page of frames has no body, but it may have a word for programs without frames.
  return {{body != nullptr ? body : tree.root()}, {}};
}

std::string_view SkipPrologue(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  for (;;) {
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    const std::string_view end = bytes.starts_with("<!--") ? "-->" : bytes.starts_with("<?xml") ? "?>" : "";
    const size_t at = end.empty() ? std::string_view::npos : bytes.find(end);
    if (at == std::string_view::npos) return bytes;
    bytes.remove_prefix(at + end.size());
  }
}

/// The value after `at`, which is behind "charset" or "encoding": `="utf-8"`.
std::string AssignedWord(std::string_view text, size_t at) {
  at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
  if (at == text.size() || text[at] != '=') return {};
  at = std::min(text.find_first_not_of(" \t\r\n\"'", at + 1), text.size());
  const size_t end = std::min(text.find_first_of(" \t\r\n\"';/>?", at), text.size());
  return std::string(text.substr(at, end - at));
}

}  // namespace

bool IsHtml(std::string_view bytes) {
  const std::string head = Lower(SkipPrologue(bytes.substr(0, kPreludeBytes)).substr(0, 64));
  return head.starts_with("<!doctype html") || head.starts_with("<html>") || head.starts_with("<html ") ||
         head.starts_with("<html\n") || head.starts_with("<html\r");
}

std::string DeclaredHtmlCharset(std::string_view bytes) {
  const std::string head = Lower(bytes.substr(0, kPreludeBytes));
  std::string word;
  if (head.starts_with("<?xml")) {
    const size_t at = head.substr(0, head.find("?>")).find("encoding");
    if (at != std::string::npos) word = AssignedWord(head, at + 8);
  }
  for (size_t meta = head.find("<meta"); meta != std::string::npos && word.empty();
       meta = head.find("<meta", meta + 1)) {
    const std::string tag = head.substr(meta, head.find('>', meta) - meta + 1);
    const size_t at = tag.find("charset");
    if (at != std::string::npos) word = AssignedWord(tag, at + 7);
  }
  // A page that can be searched for this word is not UTF-16; and its Latin-1 has always meant Windows' code page.
  if (word.starts_with("utf-16")) return "utf-8";
  if (word == "iso-8859-1" || word == "latin1") return "windows-1252";
  return word;
}

Result<reader::ReadAnswer> ReadHtml(const reader::ReadRequest& request, std::string_view bytes) {
  if (bytes.size() > request.options.limits.text_bytes_max) {
    return Fail(reader::ReasonError(Reason::kResourceLimit,
                                    fmt::format("the page has {} bytes, more than the limit of {}; split the file",
                                                bytes.size(), request.options.limits.text_bytes_max)));
  }
  auto decoded = text::DecodeText(bytes, DeclaredHtmlCharset(bytes));
  if (!decoded) return Fail(reader::ReasonError(Reason::kCorrupt, std::move(decoded).error().message));
  const HtmlTree tree(decoded->text);
  DocumentBuilder out(request.options, "\n\n");
  ReadHead(tree, out);
  out.Encoding(*decoded);
  if (tree.flattened()) out.Note("The page is nested too deeply to keep its structure; only its text was read.");
  const GumboNode* body = tree.Find(GUMBO_TAG_BODY);
  RenderHtml(body == nullptr || tree.flattened() ? WholeBody(tree) : FindMainText(body), out);
  return out.Finish("text/html");
}

Result<reader::ReadAnswer> ReadHtmlFragment(const reader::ReadOptions& options, std::string_view utf8) {
  const HtmlTree tree(utf8);
  DocumentBuilder out(options, "\n\n");
  RenderHtml(WholeBody(tree), out);
  return out.Finish("text/html");
}

std::string HtmlToText(std::string_view utf8) {
  const reader::ReadOptions options;
  auto answer = ReadHtmlFragment(options, utf8);
  return answer ? std::move(answer->document.text) : std::string();
}

}  // namespace yk::formats
