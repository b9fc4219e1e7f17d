// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "formats/document_builder.h"
#include "formats/html_form.h"
#include "formats/html_table.h"
#include "formats/html_tree.h"
#include "text/normalize.h"

namespace yk::formats {
namespace {

constexpr size_t kMetaBytes = 4096;
constexpr int kQuoteMax = 200;      ///< signs before a line
constexpr size_t kCellBytes = 500;  ///< longer cells hold paragraphs: such a table places text on the page

bool IsParagraph(GumboTag tag) {
  return tag == GUMBO_TAG_P || tag == GUMBO_TAG_BLOCKQUOTE || tag == GUMBO_TAG_PRE ||
         (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6);
}

bool HoldsQuotation(const GumboNode* table) {
  bool found = false;
  WalkHtml(
      table,
      [&](const GumboNode* node) {
        found = found || IsTag(node, GUMBO_TAG_BLOCKQUOTE);
        return !found;
      },
      [](const GumboNode*) {});
  return found;
}

/// One walk over a mail. Unlike a page it has no furniture, and its quotations are marked at the line.
class Writer {
 public:
  void Run(const GumboNode* root) {
    WalkHtml(
        root, [this](const GumboNode* node) { return Enter(node); }, [this](const GumboNode* node) { Leave(node); });
  }

  std::string TakeText() { return std::move(out_); }
  std::vector<reader::Table> TakeTables() { return std::move(tables_); }

 private:
  struct List {
    bool numbered = false;
    int next = 1;
  };

  static bool IsList(GumboTag tag) {
    return tag == GUMBO_TAG_OL || tag == GUMBO_TAG_UL || tag == GUMBO_TAG_MENU || tag == GUMBO_TAG_DIR;
  }
  static bool IsCell(GumboTag tag) { return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH; }
  /// Cells of a table that only places text stand beside each other.
  static bool IsLine(GumboTag tag) { return IsHtmlBlock(tag) && !IsCell(tag); }

  bool Enter(const GumboNode* node) {
    if (!IsElement(node)) {
      Words(NodeText(node));
      return false;
    }
    if (IsHtmlField(node)) {
      InlineText value;
      AddHtmlField(node, value);
      if (!value.empty()) Words(" " + value.Take() + " ");
      return false;
    }
    if (IsInvisible(node)) return false;
    const GumboTag tag = node->v.element.tag;
    if (tag == GUMBO_TAG_BR) Break(1, true);
    if (IsCell(tag)) space_ = true;
    if (IsLine(tag)) Break(IsParagraph(tag) ? 2 : 1, false);
    if (tag == GUMBO_TAG_TABLE && DataTable(node)) return false;
    if (tag == GUMBO_TAG_BLOCKQUOTE) ++blockquotes_;
    quote_ = std::min(blockquotes_, kQuoteMax);
    if (KeepsHtmlSpaces(node)) ++pre_;
    if (IsList(tag)) lists_.push_back({tag == GUMBO_TAG_OL, NumberAttribute(node, "start", 1)});
    if (tag == GUMBO_TAG_LI) Item(node);
    return true;
  }

  void Leave(const GumboNode* node) {
    const GumboTag tag = node->v.element.tag;
    if (IsList(tag)) lists_.pop_back();
    if (KeepsHtmlSpaces(node)) --pre_;
    if (IsLine(tag)) Break(IsParagraph(tag) ? 2 : 1, false);
    if (tag == GUMBO_TAG_BLOCKQUOTE) --blockquotes_;
    quote_ = std::min(blockquotes_, kQuoteMax);
  }

  void Item(const GumboNode* item) {
    if (lists_.empty() || !lists_.back().numbered) return Words("- ");
    List& list = lists_.back();
    list.next = NumberAttribute(item, "value", list.next);
    Words(fmt::format("{}. ", list.next));
    if (list.next < 1'000'000'000) ++list.next;
  }

  /// A row per line, as in other documents; false for tables that are read cell by cell.
  bool DataTable(const GumboNode* node) {
    if (!IsHtmlDataTable(node, {}) || HoldsQuotation(node)) return false;
    reader::Table table = ReadHtmlTable(node, {});
    const bool long_cells = std::any_of(table.cells.begin(), table.cells.end(),
                                        [](const reader::Cell& cell) { return cell.text.size() > kCellBytes; });
    if (long_cells) return false;
    const GumboVector& children = node->v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(children.data[i]);
      if (IsTag(child, GUMBO_TAG_CAPTION)) table.name = HtmlCellText(child, {});
    }
    if (!table.name.empty()) Line(table.name);
    const std::string rows = TableText(table);
    for (size_t at = 0; at < rows.size();) {
      const size_t end = std::min(rows.find('\n', at), rows.size());
      Line(std::string_view(rows).substr(at, end - at));
      at = end + 1;
    }
    if (!table.cells.empty()) tables_.push_back(std::move(table));
    return true;
  }

  void Line(std::string_view line) {
    Break(1, false);
    if (line.empty()) return;
    Begin();
    out_ += line;
    Break(1, false);
  }

  /// `lines` line ends between what stands and what comes; a <br> adds one to those that stand.
  void Break(int lines, bool add) {
    space_ = false;
    breaks_ = add ? std::min(breaks_ + 1, 2) : std::max(breaks_, lines);
  }

  void Words(std::string_view text) {
    for (size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      if (pre_ > 0 && c == '\n') {
        Break(1, true);
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        space_ = true;
      } else if (text.substr(at).starts_with("\xC2\xA0")) {  // no-break space
        space_ = true;
        ++at;
      } else {
        Begin();
        out_ += c;
      }
    }
  }

  void Begin() {
    if (breaks_ > 0 || out_.empty()) {
      for (int i = 0; !out_.empty() && i < breaks_; ++i) {
        out_ += '\n';
        if (i + 1 < breaks_ && quote_ > 0 && was_quote_ > 0)
          out_.append(static_cast<size_t>(std::min(quote_, was_quote_)), '>');
      }
      if (quote_ > 0) out_.append(static_cast<size_t>(quote_), '>').append(" ");
      was_quote_ = quote_;
    } else if (space_) {
      out_ += ' ';
    }
    breaks_ = 0;
    space_ = false;
  }

  std::string out_;
  std::vector<reader::Table> tables_;
  std::vector<List> lists_;
  int breaks_ = 0;
  bool space_ = false;
  int blockquotes_ = 0;
  int quote_ = 0, was_quote_ = 0;  ///< signs at the line's beginning
  int pre_ = 0;
};

}  // namespace

MailHtml ReadMailHtml(std::string_view html) {
  const HtmlTree tree(html);
  Writer writer;
  writer.Run(tree.root());
  return {writer.TakeText(), writer.TakeTables(), tree.flattened()};
}

std::string CharsetOfHtml(std::string_view html) {
  const std::string head = text::FoldCase(html.substr(0, kMetaBytes));
  size_t at = head.find("charset=");
  if (at == std::string::npos) return {};
  at += 8;
  while (at < head.size() && (head[at] == '"' || head[at] == '\'' || head[at] == ' ')) ++at;
  size_t end = at;
  while (end < head.size() &&
         (std::isalnum(static_cast<unsigned char>(head[end])) != 0 || head[end] == '-' || head[end] == '_'))
    ++end;
  return head.substr(at, end - at);
}

}  // namespace yk::formats
