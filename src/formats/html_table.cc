// SPDX-License-Identifier: Apache-2.0
#include "formats/html_table.h"

#include <algorithm>

#include "formats/document_builder.h"
#include "formats/grid_builder.h"
#include "formats/html_form.h"
#include "formats/html_tree.h"
#include "formats/inline_text.h"

namespace yk::formats {
namespace {

bool IsRow(const GumboNode* node) { return IsTag(node, GUMBO_TAG_TR); }
bool IsCell(const GumboNode* node) { return IsTag(node, GUMBO_TAG_TD) || IsTag(node, GUMBO_TAG_TH); }

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

}  // namespace

bool IsHtmlBlock(GumboTag tag) {
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

bool KeepsHtmlSpaces(const GumboNode* node) {
  return IsTag(node, GUMBO_TAG_PRE) || IsTag(node, GUMBO_TAG_XMP) || IsTag(node, GUMBO_TAG_LISTING);
}

std::string HtmlCellText(const GumboNode* cell, const MainText& main) {
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
        if (IsHtmlField(node)) {
          AddHtmlField(node, text);
          return false;
        }
        if (IsInvisible(node) || main.left_out.contains(node)) return false;
        if (IsTag(node, GUMBO_TAG_BR)) text.LineBreak();
        if (node != cell && IsCell(node)) {
          text.Space();  // a cell of an inner table
        } else if (IsHtmlBlock(node->v.element.tag)) {
          end_line();
        }
        preserved += KeepsHtmlSpaces(node) ? 1 : 0;
        return true;
      },
      [&](const GumboNode* node) {
        preserved -= KeepsHtmlSpaces(node) ? 1 : 0;
        if (!IsCell(node) && IsHtmlBlock(node->v.element.tag)) end_line();
      });
  end_line();
  return out;
}

bool IsHtmlDataTable(const GumboNode* table, const MainText& main) {
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

reader::Table ReadHtmlTable(const GumboNode* table, const MainText& main) {
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
      grid.Cell(HtmlCellText(cell, main), row_span == 0 ? 65'534 : row_span,
                std::min(NumberAttribute(cell, "colspan", 1), 1'000));
    });
  });
  return grid.Finish();
}

}  // namespace yk::formats
