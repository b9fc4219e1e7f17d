// SPDX-License-Identifier: Apache-2.0
#include "formats/open_document.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/document_builder.h"
#include "formats/grid_builder.h"
#include "formats/inline_text.h"
#include "formats/ooxml.h"
#include "formats/open_document_lists.h"
#include "formats/open_document_styles.h"
#include "formats/running_text.h"
#include "formats/zip_package.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using reader::Reason;

constexpr int kRepeatMax = 1'000;  ///< repeated cells and rows with text; more is emptiness to the sheet's edge

bool IsWanted(std::string_view name) {
  return name == "content.xml" || name == "styles.xml" || name == "meta.xml" || name == "META-INF/manifest.xml";
}

bool IsLeftOut(std::string_view name) {
  return name == "tracked-changes" || name == "annotation" || name == "annotation-end" || name == "ruby-text" ||
         name == "hidden-text" || name == "hidden-paragraph" || name == "forms" || name == "sequence-decls" ||
         name == "variable-decls" || name == "user-field-decls" || name == "desc" || name == "title" ||
         name == "table-column" || name == "binary-data" || name == "notes" || name == "notes-configuration";
}

class OpenReader {
 public:
  OpenReader(const OpenStyles& styles, OpenLists& lists, DocumentBuilder& out)
      : styles_(styles), lists_(lists), out_(out) {}

  void Blocks(const pugi::xml_node& parent, int depth) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& node : parent.children()) {
      if (out_.full()) return;
      const std::string_view name = LocalName(node);
      if (name == "p" || name == "h") {
        Paragraph(node, depth);
      } else if (name == "table") {
        Table(node, depth);
      } else if (name == "list") {
        List(node, depth, nullptr);
      } else if (name == "soft-page-break") {
        ++breaks_;
      } else if (!IsLeftOut(name) && !IsHiddenSection(node)) {
        Blocks(node, depth + 1);
      }
    }
  }

  /// Frames with the slide's title become headings.
  void Slide(const pugi::xml_node& page) {
    for (const bool titles : {true, false}) {
      for (const pugi::xml_node& frame : page.children()) {
        const std::string_view role = LocalAttribute(frame, "class");
        if (IsLeftOut(LocalName(frame)) || role == "page-number" || role == "date-time" || role == "footer") continue;
        if ((role == "title") != titles) continue;
        heading_ = titles;
        Only(frame);
        heading_ = false;
      }
    }
  }

  void SlideNotes(const pugi::xml_node& notes) {
    for (const pugi::xml_node& frame : notes.children()) {
      if (LocalAttribute(frame, "class") == "notes") Blocks(frame, 0);
    }
  }

  /// The header and footer of the page style that comes first.
  void HeadersAndFooters(const pugi::xml_node& styles) {
    const pugi::xml_node page = LocalChild(LocalChild(styles, "master-styles"), "master-page");
    for (const std::string_view name : {"header-first", "header", "footer-first", "footer"}) {
      const pugi::xml_node part = LocalChild(page, name);
      if (!part || LocalAttribute(part, "display") == "false") continue;
      std::string text;
      CellText(part, 0, text);
      AddRunningText(name.substr(0, 6), text, out_);
    }
  }

  /// Footnotes and endnotes that were met, in order.
  void Notes() {
    const std::vector<pugi::xml_node> notes = std::exchange(notes_, {});
    for (const pugi::xml_node& note : notes) Blocks(LocalChild(note, "note-body"), 0);
  }

 private:
  /// A shape that is itself a block, or holds some.
  void Only(const pugi::xml_node& node) {
    if (LocalName(node) == "table") return Table(node, 0);
    Blocks(node, 0);
  }

  static bool IsHiddenSection(const pugi::xml_node& node) {
    return LocalName(node) == "section" && LocalAttribute(node, "display") == "none";
  }

  bool IsHidden(const pugi::xml_node& paragraph) const {
    return styles_.Hides("paragraph", LocalAttribute(paragraph, "style-name"));
  }

  /// In a table's cell when `cell` is given.
  void List(const pugi::xml_node& list, int depth, std::string* cell) {
    if (depth > kXmlDepthMax) return;
    lists_.Begin(list);
    for (const pugi::xml_node& item : list.children()) {
      const std::string_view name = LocalName(item);
      if (name != "list-item" && name != "list-header") continue;
      item_ = name == "list-item" ? item : pugi::xml_node();
      cell != nullptr ? CellText(item, depth + 1, *cell) : Blocks(item, depth + 1);
      item_ = pugi::xml_node();
    }
    lists_.End();
  }

  /// Of the item that the paragraph begins, or of the chapter that the heading begins.
  std::string Label(const pugi::xml_node& paragraph) {
    const bool heading = LocalName(paragraph) == "h";
    if (const pugi::xml_node item = std::exchange(item_, pugi::xml_node())) {
      const std::string label = lists_.Item(item);
      return heading && label == "- " ? std::string() : label;
    }
    if (!heading || LocalAttribute(paragraph, "is-list-header") == "true") return {};
    return lists_.Heading(LocalNumber(paragraph, "outline-level", 1));
  }

  void Paragraph(const pugi::xml_node& node, int depth) {
    if (IsHidden(node)) return;
    std::vector<pugi::xml_node> frames;
    InlineText text;
    const bool item = static_cast<bool>(item_);
    const std::string label = Label(node);
    const int breaks_before = std::exchange(breaks_, 0);
    Inline(node, depth, text, frames);
    const std::string words = CleanText(text.Take());
    TakeBreaks(breaks_before);
    if (!words.empty()) {
      if (LocalName(node) == "h" || heading_) {
        const int level = std::clamp(LocalNumber(node, "outline-level", 1), 1, 10);
        if (heading_) out_.Title(words);
        out_.Add(BlockKind::kHeading, label + words, level);
      } else if (item) {
        out_.Add(BlockKind::kListItem, label + words);
      } else {
        out_.Paragraph(words);
      }
    }
    TakeBreaks(std::exchange(breaks_, 0));
    for (const pugi::xml_node& frame : frames) Blocks(frame, depth + 1);
  }

  void Inline(const pugi::xml_node& parent, int depth, InlineText& text, std::vector<pugi::xml_node>& frames) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& node : parent.children()) {
      const std::string_view name = LocalName(node);
      if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
        text.Add(node.value());
      } else if (name == "s") {
        text.AddPreserved(std::string(static_cast<size_t>(std::clamp(LocalNumber(node, "c", 1), 1, 1'000)), ' '));
      } else if (name == "tab") {
        text.AddPreserved("\t");
      } else if (name == "line-break") {
        text.LineBreak();
      } else if (name == "soft-page-break") {
        ++breaks_;
      } else if (name == "note") {
        notes_.push_back(node);
      } else if (name == "frame" || name == "custom-shape" || name == "text-box") {
        frames.push_back(node);
      } else if (!IsLeftOut(name) && !(name == "span" && styles_.Hides("text", LocalAttribute(node, "style-name")))) {
        Inline(node, depth + 1, text, frames);
      }
    }
  }

  void TakeBreaks(int breaks) {
    if (in_table_ > 0) {
      breaks_ += breaks;
      return;
    }
    for (; breaks > 0; --breaks) {
      if (out_.pages() == 0) out_.NextPage();
      out_.NextPage();
    }
  }

  void Table(const pugi::xml_node& table, int depth) {
    GridBuilder grid;
    ++in_table_;
    Rows(table, depth, false, grid);
    --in_table_;
    reader::Table read = grid.Finish();
    read.name = LocalAttribute(table, "name");
    out_.AddTable(std::move(read));
    TakeBreaks(std::exchange(breaks_, 0));
  }

  void Rows(const pugi::xml_node& parent, int depth, bool header, GridBuilder& grid) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& node : parent.children()) {
      const std::string_view name = LocalName(node);
      if (name == "table-row") {
        const int repeat = std::clamp(LocalNumber(node, "number-rows-repeated", 1), 1, kRepeatMax);
        for (int i = 0; i < repeat; ++i) {
          grid.NextRow(header);
          Cells(node, depth, grid);
        }
      } else if (name == "table-header-rows" || name == "table-rows" || name == "table-row-group") {
        Rows(node, depth + 1, header || name == "table-header-rows", grid);
      } else if (name == "soft-page-break") {
        ++breaks_;
      }
    }
  }

  void Cells(const pugi::xml_node& row, int depth, GridBuilder& grid) {
    for (const pugi::xml_node& cell : row.children()) {
      // Covered cells lie under one that spans; the grid keeps their places taken.
      if (LocalName(cell) != "table-cell") continue;
      const int repeat = std::clamp(LocalNumber(cell, "number-columns-repeated", 1), 1, kRepeatMax);
      std::string text;
      CellText(cell, depth, text);
      for (int i = 0; i < repeat; ++i) {
        grid.Cell(text, LocalNumber(cell, "number-rows-spanned", 1), LocalNumber(cell, "number-columns-spanned", 1));
      }
    }
  }

  void CellText(const pugi::xml_node& parent, int depth, std::string& out) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& node : parent.children()) {
      const std::string_view name = LocalName(node);
      if (name == "list") {
        List(node, depth, &out);
        continue;
      }
      if (name != "p" && name != "h") {
        if (!IsLeftOut(name) && !IsHiddenSection(node)) CellText(node, depth + 1, out);
        continue;
      }
      if (IsHidden(node)) continue;
      std::vector<pugi::xml_node> frames;
      InlineText text;
      const std::string label = Label(node);
      Inline(node, depth, text, frames);
      const std::string words = CleanText(text.Take());
      if (!words.empty()) out += (out.empty() ? "" : "\n") + label + words;
      for (const pugi::xml_node& frame : frames) CellText(frame, depth + 1, out);
    }
  }

  const OpenStyles& styles_;
  OpenLists& lists_;
  DocumentBuilder& out_;
  std::vector<pugi::xml_node> notes_;
  pugi::xml_node item_;   ///< of a list, which the next paragraph begins
  bool heading_ = false;  ///< paragraphs are a slide's title
  int in_table_ = 0;
  int breaks_ = 0;
};

Result<ZipPackage> OpenPackage(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(ZipPackage package, ZipPackage::Open(bytes, request.options.limits, IsWanted));
  const std::string* manifest = package.Find("META-INF/manifest.xml");
  if (manifest != nullptr && manifest->find("encryption-data") != std::string::npos) {
    return Fail(reader::ReasonError(Reason::kEncrypted, "the file is encrypted; save it without a password"));
  }
  if (package.Find("content.xml") == nullptr) {
    return Fail(reader::ReasonError(Reason::kCorrupt, "the file is no OpenDocument file: its content is missing"));
  }
  return package;
}

Result<void> ReadMeta(const ZipPackage& package, DocumentBuilder& out) {
  const std::string* xml = package.Find("meta.xml");
  if (xml == nullptr) return {};
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, "meta.xml", document));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames = {{{"initial-creator", "author"},
                                                                                    {"creator", "modified_by"},
                                                                                    {"creation-date", "created"},
                                                                                    {"date", "modified"},
                                                                                    {"subject", "subject"},
                                                                                    {"description", "description"},
                                                                                    {"keyword", "keywords"},
                                                                                    {"language", "language"}}};
  for (const pugi::xml_node& node : LocalChild(document.document_element(), "meta").children()) {
    if (LocalName(node) == "title") out.Title(node.text().get());
    for (const auto& [theirs, ours] : kNames) {
      if (LocalName(node) == theirs) out.Metadata(ours, node.text().get());
    }
  }
  return {};
}

/// What a text and a slide show are read from.
struct OpenParts {
  pugi::xml_document content;
  pugi::xml_document
      common;  ///< styles.xml, empty where there is none or a damaged one; white space counts in its headers
  OpenStyles styles;
  OpenLists lists;

  Result<void> Read(const reader::ReadRequest& request, std::string_view bytes, DocumentBuilder& out) {
    YK_TRY(const ZipPackage package, OpenPackage(request, bytes));
    YK_TRY_VOID(ParseXml(*package.Find("content.xml"), "content.xml", content, WhiteSpace::kAll));
    YK_TRY_VOID(ReadMeta(package, out));
    const std::string* xml = package.Find("styles.xml");
    if (xml != nullptr && !ParseXml(*xml, "styles.xml", common, WhiteSpace::kAll)) {
      common.reset();
      out.Note("The file's styles are damaged; numbers of lists may be missing.");
    }
    for (const pugi::xml_document* part : {&common, &content}) {
      styles.Read(part->document_element());
      lists.ReadStyles(part->document_element());
    }
    return {};
  }
  pugi::xml_node Body(const char* kind) const {
    return LocalChild(LocalChild(content.document_element(), "body"), kind);
  }
};

/// Page styles that say "not in the show".
std::set<std::string, std::less<>> HiddenStyles(const pugi::xml_node& content) {
  std::set<std::string, std::less<>> out;
  for (const pugi::xml_node& style : LocalChild(content, "automatic-styles").children()) {
    if (LocalAttribute(LocalChild(style, "drawing-page-properties"), "visibility") == "hidden") {
      out.emplace(LocalAttribute(style, "name"));
    }
  }
  return out;
}

}  // namespace

Result<reader::ReadAnswer> ReadOpenText(const reader::ReadRequest& request, std::string_view bytes) {
  DocumentBuilder out(request.options);
  OpenParts parts;
  YK_TRY_VOID(parts.Read(request, bytes, out));
  OpenReader reader(parts.styles, parts.lists, out);
  reader.Blocks(parts.Body("text"), 0);
  reader.Notes();
  reader.HeadersAndFooters(parts.common.document_element());
  return out.Finish("application/vnd.oasis.opendocument.text");
}

Result<reader::ReadAnswer> ReadOpenSlides(const reader::ReadRequest& request, std::string_view bytes) {
  DocumentBuilder out(request.options);
  OpenParts parts;
  YK_TRY_VOID(parts.Read(request, bytes, out));
  const auto hidden = HiddenStyles(parts.content.document_element());
  OpenReader reader(parts.styles, parts.lists, out);
  for (const pugi::xml_node& page : parts.Body("presentation").children()) {
    if (LocalName(page) != "page") continue;
    out.NextPage();
    if (hidden.contains(LocalAttribute(page, "style-name"))) {
      out.Note(fmt::format("Slide {} is hidden in the show.", out.pages()));
    }
    reader.Slide(page);
    reader.SlideNotes(LocalChild(page, "notes"));
  }
  return out.Finish("application/vnd.oasis.opendocument.presentation");
}

}  // namespace yk::formats
