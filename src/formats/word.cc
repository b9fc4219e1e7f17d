// SPDX-License-Identifier: Apache-2.0
#include "formats/word.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/document_builder.h"
#include "formats/equation_field.h"
#include "formats/grid_builder.h"
#include "formats/inline_text.h"
#include "formats/ooxml.h"
#include "formats/running_text.h"
#include "formats/word_fields.h"
#include "formats/word_styles.h"
#include "formats/word_symbols.h"
#include "formats/zip_package.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::BlockKind;

/// Parts that hold text or say how it looks; pictures and embedded files stay packed.
bool IsWanted(std::string_view name) {
  return (name.starts_with("word/") && name.ends_with(".xml") && name.find("/theme/") == std::string_view::npos) ||
         name.ends_with(".rels") || name == "docProps/core.xml" || name.ends_with("/document.xml");
}

/// Elements whose content is not part of the text as it stands now, or stands in it twice.
bool IsLeftOut(std::string_view name) {
  return name == "del" || name == "moveFrom" || name == "delText" || name == "Fallback" || name == "rt" ||
         name == "rubyPr" || name == "pPr" || name == "rPr" || name == "sectPr" || name == "object" ||
         name == "delInstrText" || name == "sdtPr" || name == "sdtEndPr" || name == "tblPr" || name == "tblGrid";
}

class WordReader {
 public:
  WordReader(const WordStyles& styles, WordNumbering& numbering, DocumentBuilder& out)
      : styles_(styles), numbering_(numbering), out_(out) {}

  /// The body: what stands in it in order.
  void Run(const pugi::xml_node& body, bool rendered_breaks) {
    rendered_breaks_ = rendered_breaks;
    Blocks(body, 0);
  }

  /// Notes at the end: those that the text does not hold elsewhere.
  void Notes(const pugi::xml_node& notes) {
    for (const pugi::xml_node& note : notes.children()) {
      const std::string_view type = LocalAttribute(note, "type");
      if (type.empty() || type == "normal") Blocks(note, 0);
    }
  }

  /// The paragraphs of a page header or footer as lines.
  std::string RunningText(const pugi::xml_node& part) {
    std::string out;
    CellText(part, 0, out);
    return out;
  }

 private:
  void Blocks(const pugi::xml_node& parent, int depth) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& node : parent.children()) {
      if (out_.full()) return;
      const std::string_view name = LocalName(node);
      if (name == "p") {
        Paragraph(node, depth);
      } else if (name == "tbl") {
        Table(node, depth);
      } else if (!IsLeftOut(name)) {
        Blocks(node, depth + 1);  // content controls, insertions, custom XML
      }
    }
  }

  void Paragraph(const pugi::xml_node& node, int depth) {
    const pugi::xml_node properties = LocalChild(node, "pPr");
    const ParagraphLook look = styles_.Of(properties);
    if (!rendered_breaks_ && IsOn(properties, "pageBreakBefore")) Break();
    std::vector<pugi::xml_node> boxes;
    InlineText text;
    Inline(node, depth, text, boxes);
    const std::string words = CleanText(text.Take());
    const std::string label = Label(look, properties, words.empty());
    if (!words.empty()) {
      if (look.title) out_.Title(words);
      TakeBreaks(before_);
      out_.Add(look.kind, label + words, look.level);
    }
    TakeBreaks(after_);
    for (const pugi::xml_node& box : boxes) Blocks(box, depth + 1);
  }

  /// The paragraph's number with a space behind it. Empty paragraphs have one, too, unless their end is deleted.
  std::string Label(const ParagraphLook& look, const pugi::xml_node& properties, bool empty) {
    if (look.list == 0 || (empty && LocalChild(LocalChild(properties, "rPr"), "del"))) return {};
    std::string label = numbering_.Next(look.list, look.list_level);
    if (!label.empty()) label += ' ';
    return label;
  }

  /// The text of runs; text boxes are put aside, because they are blocks of their own.
  void Inline(const pugi::xml_node& parent, int depth, InlineText& text, std::vector<pugi::xml_node>& boxes) {
    if (depth > kXmlDepthMax) return;
    std::optional<std::string_view> font;  // looked up once a run, which may hold many texts
    for (const pugi::xml_node& node : parent.children()) {
      const std::string_view name = LocalName(node);
      if (name == "t") {
        if (!font) font = FontOf(parent);
        text.AddPreserved(TextInFont(*font, node.text().get()));
        fields_.Words();
      } else if (name == "sym") {
        text.AddPreserved(SymbolText(LocalAttribute(node, "font"), HexNumber(LocalAttribute(node, "char"))));
        fields_.Words();
      } else if (name == "fldChar") {
        fields_.Character(node, text);
      } else if (name == "instrText") {
        fields_.Instruction(node.text().get());
      } else if (name == "fldSimple" && !node.first_child()) {
        text.AddPreserved(EquationFieldText(LocalAttribute(node, "instr")));
      } else if (name == "tab" || name == "ptab") {
        text.AddPreserved("\t");
      } else if (name == "br" || name == "cr") {
        const bool page = LocalAttribute(node, "type") == "page";
        if (page && !rendered_breaks_) Break(text);
        if (!page || !text.empty()) text.LineBreak();
      } else if (name == "lastRenderedPageBreak") {
        if (rendered_breaks_) Break(text);
      } else if (name == "noBreakHyphen") {
        text.AddPreserved("-");
      } else if (name == "txbxContent") {
        boxes.push_back(node);
      } else if (name == "sdt" && !CheckBoxOf(node).empty()) {
        InlineText mark;
        Inline(node, depth + 1, mark, boxes);
        const std::string shown = CleanText(mark.Take());
        text.AddPreserved(shown.empty() ? CheckBoxOf(node) : shown);
      } else if (name == "r" && IsOn(LocalChild(node, "rPr"), "vanish")) {
        continue;
      } else if (!IsLeftOut(name)) {
        Inline(node, depth + 1, text, boxes);
      }
    }
  }

  static std::string_view FontOf(const pugi::xml_node& run) {
    return LocalAttribute(LocalChild(LocalChild(run, "rPr"), "rFonts"), "ascii");
  }

  static uint32_t HexNumber(std::string_view text) {
    uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return value;
  }

  /// A paragraph stays whole: a page that begins inside it begins after it.
  void Break() { ++before_; }
  void Break(const InlineText& text) { ++(text.empty() ? before_ : after_); }

  void TakeBreaks(int& breaks) {
    if (in_table_ > 0) return;
    for (; breaks > 0; --breaks) {
      if (out_.pages() == 0) out_.NextPage();
      out_.NextPage();
    }
  }

  void Table(const pugi::xml_node& node, int depth) {
    const std::vector<pugi::xml_node> rows = Rows(node, 0);
    const std::vector<pugi::xml_node> first = rows.empty() ? rows : Cells(rows.front(), 0);
    if (rows.size() == 1 && first.size() == 1) return Blocks(first.front(), depth + 1);  // a frame around text
    GridBuilder grid;
    ++in_table_;
    for (const pugi::xml_node& row : rows) {
      const pugi::xml_node properties = LocalChild(row, "trPr");
      grid.NextRow(IsOn(properties, "tblHeader"));
      grid.Skip(LocalNumber(LocalChild(properties, "gridBefore"), "val", 0));
      for (const pugi::xml_node& cell : Cells(row, 0)) {
        const pugi::xml_node look = LocalChild(cell, "tcPr");
        const int columns = LocalNumber(LocalChild(look, "gridSpan"), "val", 1);
        const pugi::xml_node merge = LocalChild(look, "vMerge");
        if (merge && LocalAttribute(merge, "val") != "restart") {
          grid.Continue(columns);
        } else {
          std::string text;
          CellText(cell, depth, text);
          grid.Cell(std::move(text), 1, columns);
        }
      }
    }
    --in_table_;
    TakeBreaks(before_);
    out_.AddTable(grid.Finish());
    TakeBreaks(after_);
  }

  static std::vector<pugi::xml_node> Rows(const pugi::xml_node& table, int depth) {
    std::vector<pugi::xml_node> rows;
    for (const pugi::xml_node& node : table.children()) {
      if (LocalName(node) == "tr") {
        if (!LocalChild(LocalChild(node, "trPr"), "del")) rows.push_back(node);
      } else if (!IsLeftOut(LocalName(node)) && depth < 8) {
        const auto inner = Rows(node, depth + 1);
        rows.insert(rows.end(), inner.begin(), inner.end());
      }
    }
    return rows;
  }

  static std::vector<pugi::xml_node> Cells(const pugi::xml_node& row, int depth) {
    std::vector<pugi::xml_node> cells;
    for (const pugi::xml_node& node : row.children()) {
      const std::string_view name = LocalName(node);
      if (name == "tc") {
        cells.push_back(node);
      } else if (name != "trPr" && name != "tblPrEx" && !IsLeftOut(name) && depth < 8) {
        const auto inner = Cells(node, depth + 1);
        cells.insert(cells.end(), inner.begin(), inner.end());
      }
    }
    return cells;
  }

  /// Paragraphs as lines; the rows of tables in the cell are lines as well.
  void CellText(const pugi::xml_node& parent, int depth, std::string& out) {
    if (depth > kXmlDepthMax) return;
    for (const pugi::xml_node& node : parent.children()) {
      const std::string_view name = LocalName(node);
      if (name != "p") {
        if (name != "tcPr" && name != "trPr" && !IsLeftOut(name)) CellText(node, depth + 1, out);
        continue;
      }
      const pugi::xml_node properties = LocalChild(node, "pPr");
      const ParagraphLook look = styles_.Of(properties);
      std::vector<pugi::xml_node> boxes;
      InlineText text;
      Inline(node, depth, text, boxes);
      const std::string words = CleanText(text.Take());
      const std::string label = Label(look, properties, words.empty());
      if (!words.empty()) out += (out.empty() ? "" : "\n") + label + words;
      for (const pugi::xml_node& box : boxes) CellText(box, depth + 1, out);
    }
  }

  const WordStyles& styles_;
  WordNumbering& numbering_;
  DocumentBuilder& out_;
  WordFields fields_;
  bool rendered_breaks_ = false;
  int in_table_ = 0;
  int before_ = 0;  ///< pages that begin before the text under way
  int after_ = 0;
};

/// A part beside the main part: "word/styles.xml", where the document's relationships put it.
std::string Beside(const std::map<std::string, Relationship>& relationships, std::string_view kind) {
  for (const auto& [id, relationship] : relationships) {
    if (relationship.kind == kind) return relationship.target;
  }
  return {};
}

/// The properties of a section stand in its last paragraph, those of the last one in the body.
pugi::xml_node FirstSection(const pugi::xml_node& body) {
  for (const pugi::xml_node& node : body.children()) {
    if (LocalName(node) == "sectPr") return node;
    if (const pugi::xml_node section = LocalChild(LocalChild(node, "pPr"), "sectPr")) return section;
  }
  return {};
}

/// Of the first section: the first page's own header and footer before the others'.
void AddHeadersAndFooters(const ZipPackage& package, const std::map<std::string, Relationship>& relationships,
                          WordReader& reader, const pugi::xml_node& document, DocumentBuilder& out) {
  const pugi::xml_node section = FirstSection(LocalChild(document, "body"));
  for (const std::string_view type : {"first", "default"}) {
    if (type == "first" && !IsOn(section, "titlePg")) continue;
    std::set<std::string_view> read;  // a section has one header and one footer of a type
    for (const pugi::xml_node& reference : section.children()) {
      const std::string_view name = LocalName(reference);
      if ((name != "headerReference" && name != "footerReference") || LocalAttribute(reference, "type") != type)
        continue;
      const auto found = relationships.find(std::string(LocalAttribute(reference, "id")));
      const std::string* xml = found == relationships.end() ? nullptr : package.Find(found->second.target);
      if (xml == nullptr || !read.insert(name).second) continue;
      pugi::xml_document part;
      if (!ParseXml(*xml, found->second.target, part)) continue;  // the text is worth more than a damaged header
      AddRunningText(name == "headerReference" ? "header" : "footer", reader.RunningText(part.document_element()), out);
    }
  }
}

}  // namespace

Result<reader::ReadAnswer> ReadWord(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(const ZipPackage package, ZipPackage::Open(bytes, request.options.limits, IsWanted));
  YK_TRY(const std::string main, MainPart(package, "word/document.xml"));
  const std::string* xml = package.Find(main);
  if (xml == nullptr) {
    return Fail(reader::ReasonError(reader::Reason::kCorrupt,
                                    "the file is no Word document: its text is missing; save it again from Word"));
  }
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, main, document));
  YK_TRY(const auto relationships, ReadRelationships(package, main));
  YK_TRY(const WordStyles styles, WordStyles::Read(package, Beside(relationships, "styles")));
  YK_TRY(WordNumbering numbering, WordNumbering::Read(package, Beside(relationships, "numbering")));
  DocumentBuilder out(request.options);
  YK_TRY_VOID(ReadCoreProperties(package, out));
  WordReader reader(styles, numbering, out);
  // Where Word says which pages it showed, breaks that the author set are among them.
  const bool rendered = xml->find("lastRenderedPageBreak") != std::string::npos;
  reader.Run(LocalChild(document.document_element(), "body"), rendered);
  for (const std::string_view kind : {"footnotes", "endnotes"}) {
    const std::string part = Beside(relationships, kind);
    const std::string* notes = package.Find(part);
    if (notes == nullptr) continue;
    pugi::xml_document parsed;
    YK_TRY_VOID(ParseXml(*notes, part, parsed));
    reader.Notes(parsed.document_element());
  }
  AddHeadersAndFooters(package, relationships, reader, document.document_element(), out);
  return out.Finish("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
}

}  // namespace yk::formats
