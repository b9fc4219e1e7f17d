// SPDX-License-Identifier: Apache-2.0
#include "formats/html_render.h"

#include <algorithm>
#include <string>
#include <vector>

#include "formats/grid_builder.h"
#include "formats/html_tree.h"
#include "formats/inline_text.h"

namespace yk::formats {
namespace {

using reader::BlockKind;

bool IsBlock(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DIR:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HGROUP:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_P:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_XMP: return true;
    default: return false;
  }
}

bool KeepsSpaces(const GumboNode* node) {
  return IsTag(node, GUMBO_TAG_PRE) || IsTag(node, GUMBO_TAG_XMP) || IsTag(node, GUMBO_TAG_LISTING);
}

bool IsRow(const GumboNode* node) { return IsTag(node, GUMBO_TAG_TR); }
bool IsCell(const GumboNode* node) { return IsTag(node, GUMBO_TAG_TD) || IsTag(node, GUMBO_TAG_TH); }

/// The text of a table cell: its blocks and the rows of tables in it become lines.
std::string CellText(const GumboNode* cell, const MainText& main) {
  InlineText text;
  std::string out;
  const auto end_line = [&] {
    const std::string line = CleanText(text.Take());
    if (!line.empty()) out += (out.empty() ? "" : "\n") + line;
  };
  int preserved = 0;
  WalkHtml(
      cell,
      [&](const GumboNode* node) {
        if (!IsElement(node)) {
          preserved > 0 ? text.AddPreserved(NodeText(node)) : text.Add(NodeText(node));
          return false;
        }
        if (IsInvisible(node) || main.left_out.contains(node)) return false;
        if (IsTag(node, GUMBO_TAG_BR)) text.LineBreak();
        if (node != cell && IsCell(node)) {
          text.Space();  // a cell of an inner table
        } else if (IsBlock(node->v.element.tag)) {
          end_line();
        }
        preserved += KeepsSpaces(node) ? 1 : 0;
        return true;
      },
      [&](const GumboNode* node) {
        preserved -= KeepsSpaces(node) ? 1 : 0;
        if (!IsCell(node) && IsBlock(node->v.element.tag)) end_line();
      });
  end_line();
  return out;
}

/// The rows of one table without those of tables inside it; `header` says whether a row stands in <thead>.
template <typename OnRow>
void ForEachRow(const GumboNode* table, const MainText& main, OnRow on_row) {
  bool header = false;
  WalkHtml(
      table,
      [&](const GumboNode* node) {
        if (!IsElement(node) || IsInvisible(node) || main.left_out.contains(node)) return false;
        if (IsTag(node, GUMBO_TAG_THEAD)) header = true;
        if (!IsRow(node))
          return node == table || IsTag(node, GUMBO_TAG_THEAD) || IsTag(node, GUMBO_TAG_TBODY) ||
                 IsTag(node, GUMBO_TAG_TFOOT);
        on_row(node, header);
        return false;
      },
      [&](const GumboNode* node) { header = header && !IsTag(node, GUMBO_TAG_THEAD); });
}

template <typename OnCell>
void ForEachCell(const GumboNode* row, OnCell on_cell) {
  const GumboVector& children = row->v.element.children;
  for (unsigned i = 0; i < children.length; ++i) {
    const auto* cell = static_cast<const GumboNode*>(children.data[i]);
    if (IsElement(cell) && IsCell(cell) && !IsInvisible(cell)) on_cell(cell);
  }
}

/// Whether the table is one to its reader, too, and not a means to place text on the page.
bool IsDataTable(const GumboNode* table, const MainText& main) {
  if (Attribute(table, "role") == "presentation" || Attribute(table, "role") == "none") return false;
  bool marked = false;
  bool nested = false;
  WalkHtml(
      table,
      [&](const GumboNode* node) {
        if (!IsElement(node)) return false;
        if (IsTag(node, GUMBO_TAG_TABLE) && node != table) nested = true;
        if (nested) return false;
        marked = marked || IsTag(node, GUMBO_TAG_TH) || IsTag(node, GUMBO_TAG_CAPTION) || IsTag(node, GUMBO_TAG_THEAD);
        return true;
      },
      [](const GumboNode*) {});
  if (marked) return true;
  if (nested) return false;
  int rows = 0;
  int widest = 0;
  ForEachRow(table, main, [&](const GumboNode* row, bool) {
    int cells = 0;
    ForEachCell(row, [&](const GumboNode*) { ++cells; });
    rows += cells > 0 ? 1 : 0;
    widest = std::max(widest, cells);
  });
  return rows > 1 && widest > 1;
}

reader::Table ReadTable(const GumboNode* table, const MainText& main) {
  GridBuilder grid;
  ForEachRow(table, main, [&](const GumboNode* row, bool in_head) {
    bool all_heads = true;
    bool any = false;
    ForEachCell(row, [&](const GumboNode* cell) {
      any = true;
      all_heads = all_heads && IsTag(cell, GUMBO_TAG_TH);
    });
    grid.NextRow(in_head || (any && all_heads));
    ForEachCell(row, [&](const GumboNode* cell) {
      const int row_span = NumberAttribute(cell, "rowspan", 1);
      // 0 stands for "to the end of the table".
      grid.Cell(CellText(cell, main), row_span == 0 ? 65'534 : row_span,
                std::min(NumberAttribute(cell, "colspan", 1), 1'000));
    });
  });
  return grid.Finish();
}

/// One walk over the text of a page.
class Renderer {
 public:
  Renderer(const MainText& main, DocumentBuilder& out) : main_(main), out_(out) {}

  void Run(const GumboNode* root) {
    WalkHtml(
        root, [this](const GumboNode* node) { return Enter(node); }, [this](const GumboNode* node) { Leave(node); });
    Flush();
  }

 private:
  struct List {
    bool numbered = false;
    int next = 1;
  };

  bool Enter(const GumboNode* node) {
    if (out_.full()) return false;
    if (!IsElement(node)) {
      preserved_ > 0 ? text_.AddPreserved(NodeText(node)) : text_.Add(NodeText(node));
      return false;
    }
    if (IsInvisible(node) || main_.left_out.contains(node)) return false;
    const GumboTag tag = node->v.element.tag;
    if (tag == GUMBO_TAG_BR) text_.LineBreak();
    if (!IsBlock(tag)) return true;
    Flush();
    if (tag == GUMBO_TAG_TABLE && IsDataTable(node, main_)) {
      AddTable(node);
      return false;
    }
    if (tag == GUMBO_TAG_OL) lists_.push_back({true, NumberAttribute(node, "start", 1)});
    if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_MENU || tag == GUMBO_TAG_DIR) lists_.push_back({});
    if (tag == GUMBO_TAG_LI) BeginItem(node);
    if (tag == GUMBO_TAG_BLOCKQUOTE) ++quotes_;
    if (KeepsSpaces(node)) ++preserved_;
    kinds_.push_back(KindOf(tag));
    return true;
  }

  void Leave(const GumboNode* node) {
    const GumboTag tag = node->v.element.tag;
    if (!IsBlock(tag)) return;
    Flush();
    kinds_.pop_back();
    if (KeepsSpaces(node)) --preserved_;
    if (tag == GUMBO_TAG_BLOCKQUOTE) --quotes_;
    if (tag == GUMBO_TAG_LI) marker_.clear();
    if (tag == GUMBO_TAG_OL || tag == GUMBO_TAG_UL || tag == GUMBO_TAG_MENU || tag == GUMBO_TAG_DIR) lists_.pop_back();
  }

  void BeginItem(const GumboNode* item) {
    if (lists_.empty() || !lists_.back().numbered) {
      marker_ = "- ";
      return;
    }
    List& list = lists_.back();
    list.next = NumberAttribute(item, "value", list.next);
    marker_ = fmt::format("{}. ", list.next);
    if (list.next < 1'000'000'000) ++list.next;
  }

  struct Kind {
    BlockKind kind = BlockKind::kParagraph;
    int level = 0;
  };

  static Kind KindOf(GumboTag tag) {
    if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6) return {BlockKind::kHeading, tag - GUMBO_TAG_H1 + 1};
    if (tag == GUMBO_TAG_CAPTION || tag == GUMBO_TAG_FIGCAPTION) return {BlockKind::kCaption, 0};
    return {};
  }

  void Flush() {
    std::string text = CleanText(text_.Take());
    if (text.empty()) return;
    Kind kind = kinds_.empty() ? Kind{} : kinds_.back();
    // A heading around blocks (<h1><div>…) is still one.
    for (auto at = kinds_.rbegin(); at != kinds_.rend() && kind.kind == BlockKind::kParagraph; ++at) kind = *at;
    if (!marker_.empty()) {
      text = marker_ + text;
      marker_.clear();
      if (kind.kind == BlockKind::kParagraph) kind = {BlockKind::kListItem, 0};
    } else if (quotes_ > 0 && kind.kind == BlockKind::kParagraph) {
      kind = {BlockKind::kQuote, quotes_};
    }
    out_.Add(kind.kind, text, kind.level);
  }

  void AddTable(const GumboNode* table) {
    std::string name;
    const GumboVector& children = table->v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(children.data[i]);
      if (IsTag(child, GUMBO_TAG_CAPTION)) name = CellText(child, main_);
    }
    out_.Add(BlockKind::kCaption, name);
    reader::Table read = ReadTable(table, main_);
    read.name = name;
    out_.AddTable(std::move(read));
  }

  const MainText& main_;
  DocumentBuilder& out_;
  InlineText text_;
  std::vector<Kind> kinds_;
  std::vector<List> lists_;
  std::string marker_;  ///< of the list item whose text begins next
  int quotes_ = 0;
  int preserved_ = 0;
};

}  // namespace

void RenderHtml(const MainText& main, DocumentBuilder& out) {
  Renderer renderer(main, out);
  for (const GumboNode* root : main.roots) renderer.Run(root);
}

}  // namespace yk::formats
