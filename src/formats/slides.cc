// SPDX-License-Identifier: Apache-2.0
#include "formats/slides.h"

#include <string>
#include <utility>
#include <vector>

#include "formats/document_builder.h"
#include "formats/grid_builder.h"
#include "formats/inline_text.h"
#include "formats/ooxml.h"
#include "formats/zip_package.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::BlockKind;

bool IsWanted(std::string_view name) {
  return name.ends_with(".rels") || name == "docProps/core.xml" ||
         (name.ends_with(".xml") &&
          (name.find("slides/") != std::string_view::npos || name.ends_with("/presentation.xml") ||
           name.find("notesSlides/") != std::string_view::npos ||
           name.find("diagrams/data") != std::string_view::npos));
}

/// Dates, numbers and footers that the master repeats on every slide.
bool IsFurniture(std::string_view placeholder) {
  return placeholder == "dt" || placeholder == "ftr" || placeholder == "sldNum" || placeholder == "hdr" ||
         placeholder == "sldImg";
}

std::string ParagraphText(const pugi::xml_node& paragraph) {
  InlineText text;
  for (const pugi::xml_node& run : paragraph.children()) {
    const std::string_view name = LocalName(run);
    if (name == "r" || name == "fld") text.AddPreserved(LocalChild(run, "t").text().get());
    if (name == "br") text.LineBreak();
  }
  return CleanText(text.Take());
}

bool HasBullet(const pugi::xml_node& properties) {
  return LocalChild(properties, "buChar") || LocalChild(properties, "buAutoNum") || LocalChild(properties, "buBlip");
}

class SlideReader {
 public:
  explicit SlideReader(DocumentBuilder& out) : out_(out) {}

  /// The shapes of a slide in their order, titles first, because they are read first wherever they stand.
  void Run(const pugi::xml_node& tree) {
    titles_ = true;
    Shapes(tree, 0);
    titles_ = false;
    Shapes(tree, 0);
  }

  /// Speaker notes: the body of the notes page, without its picture of the slide.
  void Notes(const pugi::xml_node& tree) {
    for (const pugi::xml_node& shape : tree.children()) {
      if (LocalName(shape) == "sp" && Placeholder(shape) == "body")
        Text(LocalChild(shape, "txBody"), BlockKind::kParagraph);
    }
  }

  /// Text of drawings made of points (SmartArt).
  void Diagram(const pugi::xml_node& node, int depth) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& child : node.children()) {
      if (LocalName(child) == "t" && LocalChild(child, "p")) {
        Text(child, BlockKind::kListItem);
      } else {
        Diagram(child, depth + 1);
      }
    }
  }

  /// Relationships of the diagrams that were met.
  const std::vector<std::string>& diagrams() const { return diagrams_; }

 private:
  static std::string_view Placeholder(const pugi::xml_node& shape) {
    for (const pugi::xml_node& child : shape.children()) {
      if (!LocalName(child).starts_with("nv")) continue;
      const pugi::xml_node holder = LocalChild(LocalChild(child, "nvPr"), "ph");
      if (!holder) return {};
      const std::string_view type = LocalAttribute(holder, "type");
      return type.empty() ? "obj" : type;
    }
    return {};
  }

  static bool IsTitle(std::string_view placeholder) { return placeholder == "title" || placeholder == "ctrTitle"; }

  void Shapes(const pugi::xml_node& tree, int depth) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& shape : tree.children()) {
      if (out_.full()) return;
      const std::string_view name = LocalName(shape);
      const std::string_view placeholder = Placeholder(shape);
      if (name == "grpSp" || name == "AlternateContent" || name == "Choice") {
        Shapes(shape, depth + 1);
      } else if (IsTitle(placeholder) != titles_ || IsFurniture(placeholder)) {
        continue;
      } else if (name == "sp") {
        if (titles_) {
          Heading(LocalChild(shape, "txBody"));
        } else {
          Text(LocalChild(shape, "txBody"), BlockKind::kParagraph);
        }
      } else if (name == "graphicFrame") {
        Graphic(LocalChild(LocalChild(shape, "graphic"), "graphicData"));
      }
    }
  }

  void Heading(const pugi::xml_node& body) {
    std::string title;
    for (const pugi::xml_node& paragraph : body.children()) {
      if (LocalName(paragraph) != "p") continue;
      const std::string text = ParagraphText(paragraph);
      if (!text.empty()) title += (title.empty() ? "" : "\n") + text;
    }
    out_.Title(title);
    out_.Add(BlockKind::kHeading, title, 1);
  }

  void Text(const pugi::xml_node& body, BlockKind kind) {
    for (const pugi::xml_node& paragraph : body.children()) {
      if (LocalName(paragraph) != "p") continue;
      const bool item = HasBullet(LocalChild(paragraph, "pPr"));
      const std::string text = ParagraphText(paragraph);
      if (!text.empty()) out_.Add(item ? BlockKind::kListItem : kind, (item ? "- " : "") + text);
    }
  }

  void Graphic(const pugi::xml_node& data) {
    if (const pugi::xml_node table = LocalChild(data, "tbl")) Table(table);
    if (const pugi::xml_node ids = LocalChild(data, "relIds")) diagrams_.emplace_back(LocalAttribute(ids, "dm"));
  }

  void Table(const pugi::xml_node& table) {
    const std::string_view first_row = LocalAttribute(LocalChild(table, "tblPr"), "firstRow");
    GridBuilder grid;
    bool header = first_row == "1" || first_row == "true";
    for (const pugi::xml_node& row : table.children()) {
      if (LocalName(row) != "tr") continue;
      grid.NextRow(std::exchange(header, false));
      for (const pugi::xml_node& cell : row.children()) {
        // Cells that a merged one covers are written as well; the grid keeps their places taken.
        if (LocalName(cell) != "tc" || IsCovered(cell)) continue;
        std::string text;
        for (const pugi::xml_node& paragraph : LocalChild(cell, "txBody").children()) {
          const std::string line = LocalName(paragraph) == "p" ? ParagraphText(paragraph) : "";
          if (!line.empty()) text += (text.empty() ? "" : "\n") + line;
        }
        grid.Cell(std::move(text), LocalNumber(cell, "rowSpan", 1), LocalNumber(cell, "gridSpan", 1));
      }
    }
    out_.AddTable(grid.Finish());
  }

  static bool IsCovered(const pugi::xml_node& cell) {
    const auto on = [&](std::string_view name) {
      const std::string_view value = LocalAttribute(cell, name);
      return value == "1" || value == "true";
    };
    return on("hMerge") || on("vMerge");
  }

  DocumentBuilder& out_;
  bool titles_ = false;
  std::vector<std::string> diagrams_;
};

/// One slide with what belongs to it.
Result<void> AddSlide(const ZipPackage& package, const std::string& part, DocumentBuilder& out) {
  out.NextPage();
  const std::string* xml = package.Find(part);
  if (xml == nullptr) return {};
  pugi::xml_document slide;
  YK_TRY_VOID(ParseXml(*xml, part, slide));
  const std::string_view show = LocalAttribute(slide.document_element(), "show");
  if (show == "0" || show == "false") out.Note(fmt::format("Slide {} is hidden in the show.", out.pages()));
  SlideReader reader(out);
  reader.Run(LocalChild(LocalChild(slide.document_element(), "cSld"), "spTree"));
  YK_TRY(const auto relationships, ReadRelationships(package, part));
  for (const std::string& id : reader.diagrams()) {
    const auto found = relationships.find(id);
    const std::string* data = found == relationships.end() ? nullptr : package.Find(found->second.target);
    if (data == nullptr) continue;
    pugi::xml_document diagram;
    YK_TRY_VOID(ParseXml(*data, found->second.target, diagram));
    reader.Diagram(diagram, 0);
  }
  for (const auto& [id, relationship] : relationships) {
    const std::string* notes = relationship.kind == "notesSlide" ? package.Find(relationship.target) : nullptr;
    if (notes == nullptr) continue;
    pugi::xml_document parsed;
    YK_TRY_VOID(ParseXml(*notes, relationship.target, parsed));
    reader.Notes(LocalChild(LocalChild(parsed.document_element(), "cSld"), "spTree"));
  }
  return {};
}

}  // namespace

Result<reader::ReadAnswer> ReadSlides(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(const ZipPackage package, ZipPackage::Open(bytes, request.options.limits, IsWanted));
  YK_TRY(const std::string main, MainPart(package, "ppt/presentation.xml"));
  const std::string* xml = package.Find(main);
  if (xml == nullptr) {
    return Fail(reader::ReasonError(reader::Reason::kCorrupt,
                                    "the file is no PowerPoint file: its list of slides is missing; save it again"));
  }
  pugi::xml_document presentation;
  YK_TRY_VOID(ParseXml(*xml, main, presentation));
  YK_TRY(const auto relationships, ReadRelationships(package, main));
  DocumentBuilder out(request.options);
  YK_TRY_VOID(ReadCoreProperties(package, out));
  for (const pugi::xml_node& slide : LocalChild(presentation.document_element(), "sldIdLst").children()) {
    if (out.full()) break;
    const auto found = relationships.find(std::string(slide.attribute("r:id").value()));
    if (found != relationships.end()) YK_TRY_VOID(AddSlide(package, found->second.target, out));
  }
  return out.Finish("application/vnd.openxmlformats-officedocument.presentationml.presentation");
}

}  // namespace yk::formats
