// SPDX-License-Identifier: Apache-2.0
#include "formats/slides.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/document_builder.h"
#include "formats/grid_builder.h"
#include "formats/inline_text.h"
#include "formats/ooxml.h"
#include "formats/word_styles.h"
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

/// "arabicParenR" 3 -> "3)": the words of a type are its digits and what stands beside them.
std::string SlideNumber(int number, std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kDigits = {
      {{"alphaLc", "lowerLetter"},
       {"alphaUc", "upperLetter"},
       {"romanLc", "lowerRoman"},
       {"romanUc", "upperRoman"},
       {"circleNum", "decimalEnclosedCircle"},
       {"arabicDb", "decimalFullWidth"},
       {"arabic", "decimal"},
       {"ea1JpnKor", "japaneseCounting"},
       {"ea1JpnChsDb", "japaneseCounting"},
       {"ea1Chs", "chineseCounting"},
       {"ea1Cht", "chineseCounting"},
       {"", "decimal"}}};
  std::string_view format;
  for (const auto& [theirs, ours] : kDigits) {
    if (format.empty() && type.starts_with(theirs)) format = ours;
  }
  const std::string digits = FormatNumber(number, format);
  if (type.ends_with("ParenBoth")) return "(" + digits + ")";
  if (type.ends_with("ParenR")) return digits + ")";
  if (type.ends_with("Minus")) return "- " + digits + " -";
  return type.ends_with("Period") || type.empty() ? digits + "." : digits;
}

/// Counts numbered paragraphs of a text body. A number goes on while its level is not left and the kind stays.
class SlideNumbers {
 public:
  explicit SlideNumbers(const pugi::xml_node& body) : styles_(LocalChild(body, "lstStyle")) {}

  /// The label of a paragraph with a space behind it: "1. ", "- "; nothing when it is no item of a list.
  std::optional<std::string> Label(const pugi::xml_node& properties) {
    const int level = std::clamp(LocalNumber(properties, "lvl", 0), 0, kLevels - 1);
    pugi::xml_node look = properties;
    // What the body says about this level counts where the paragraph says nothing.
    if (!Mark(look)) look = LocalChild(styles_, fmt::format("lvl{}pPr", level + 1));
    const pugi::xml_node mark = Mark(look);
    const auto at = counts_.begin() + level;
    std::fill(at + 1, counts_.end(), Count{});
    if (LocalName(mark) != "buAutoNum") {
      *at = {};
      return !mark || LocalName(mark) == "buNone" ? std::nullopt : std::optional<std::string>("- ");
    }
    const std::string_view type = LocalAttribute(mark, "type");
    const int start = std::clamp(LocalNumber(mark, "startAt", 1), 1, 32'767);
    *at = at->type == type && at->start == start ? Count{at->type, start, at->number + 1}
                                                 : Count{std::string(type), start, start};
    return SlideNumber(at->number, type) + ' ';
  }

 private:
  static constexpr int kLevels = 9;
  struct Count {
    std::string type;
    int start = 0;
    int number = 0;
  };

  static pugi::xml_node Mark(const pugi::xml_node& properties) {
    for (const std::string_view name : {"buNone", "buAutoNum", "buChar", "buBlip"}) {
      if (const pugi::xml_node mark = LocalChild(properties, name)) return mark;
    }
    return {};
  }

  const pugi::xml_node styles_;
  std::array<Count, kLevels> counts_;
};

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
    SlideNumbers numbers(body);
    for (const pugi::xml_node& paragraph : body.children()) {
      if (LocalName(paragraph) != "p") continue;
      const std::string text = ParagraphText(paragraph);
      if (text.empty()) continue;  // empty paragraphs show no number and count as none
      const auto label = numbers.Label(LocalChild(paragraph, "pPr"));
      out_.Add(label ? BlockKind::kListItem : kind, label.value_or("") + text);
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
        SlideNumbers numbers(LocalChild(cell, "txBody"));
        for (const pugi::xml_node& paragraph : LocalChild(cell, "txBody").children()) {
          const std::string line = LocalName(paragraph) == "p" ? ParagraphText(paragraph) : "";
          if (line.empty()) continue;
          text += (text.empty() ? "" : "\n") + numbers.Label(LocalChild(paragraph, "pPr")).value_or("") + line;
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
