// SPDX-License-Identifier: Apache-2.0
#include "formats/html_render.h"

#include <algorithm>
#include <string>
#include <vector>

#include "formats/html_form.h"
#include "formats/html_table.h"
#include "formats/html_tree.h"
#include "formats/inline_text.h"

namespace yk::formats {
namespace {

using reader::BlockKind;

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
    if (IsHtmlField(node)) {
      AddHtmlField(node, text_);
      return false;
    }
    if (IsInvisible(node) || main_.left_out.contains(node)) return false;
    const GumboTag tag = node->v.element.tag;
    if (tag == GUMBO_TAG_BR) text_.LineBreak();
    if (!IsHtmlBlock(tag)) return true;
    Flush();
    if (tag == GUMBO_TAG_TABLE && IsHtmlDataTable(node, main_)) {
      AddTable(node);
      return false;
    }
    if (tag == GUMBO_TAG_OL) lists_.push_back({true, NumberAttribute(node, "start", 1)});
    if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_MENU || tag == GUMBO_TAG_DIR) lists_.push_back({});
    if (tag == GUMBO_TAG_LI) BeginItem(node);
    if (tag == GUMBO_TAG_BLOCKQUOTE) ++quotes_;
    if (KeepsHtmlSpaces(node)) ++preserved_;
    kinds_.push_back(KindOf(tag));
    return true;
  }

  void Leave(const GumboNode* node) {
    const GumboTag tag = node->v.element.tag;
    if (!IsHtmlBlock(tag)) return;
    Flush();
    kinds_.pop_back();
    if (KeepsHtmlSpaces(node)) --preserved_;
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
      if (IsTag(child, GUMBO_TAG_CAPTION)) name = HtmlCellText(child, main_);
    }
    out_.Add(BlockKind::kCaption, name);
    reader::Table read = ReadHtmlTable(table, main_);
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
