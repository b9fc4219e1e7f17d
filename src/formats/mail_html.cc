// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_html.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include "text/normalize.h"

namespace yk::formats {
namespace {

constexpr int kDepthMax = 200;  // deeper elements are read as if they stood at this depth's parent
constexpr size_t kMetaBytes = 4096;

constexpr std::array kBlocks = {
    GUMBO_TAG_P,       GUMBO_TAG_DIV,     GUMBO_TAG_BR,     GUMBO_TAG_TR,     GUMBO_TAG_LI,         GUMBO_TAG_UL,
    GUMBO_TAG_OL,      GUMBO_TAG_H1,      GUMBO_TAG_H2,     GUMBO_TAG_H3,     GUMBO_TAG_H4,         GUMBO_TAG_H5,
    GUMBO_TAG_H6,      GUMBO_TAG_TABLE,   GUMBO_TAG_HR,     GUMBO_TAG_PRE,    GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_CENTER,
    GUMBO_TAG_ARTICLE, GUMBO_TAG_SECTION, GUMBO_TAG_HEADER, GUMBO_TAG_FOOTER, GUMBO_TAG_DL,         GUMBO_TAG_DT,
    GUMBO_TAG_DD,      GUMBO_TAG_FORM,    GUMBO_TAG_ADDRESS};

bool IsBlock(GumboTag tag) { return std::find(kBlocks.begin(), kBlocks.end(), tag) != kBlocks.end(); }
bool IsParagraph(GumboTag tag) {
  return tag == GUMBO_TAG_P || tag == GUMBO_TAG_BLOCKQUOTE || tag == GUMBO_TAG_PRE ||
         (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6);
}
bool IsSilent(GumboTag tag) {
  return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_TITLE ||
         tag == GUMBO_TAG_TEMPLATE;
}

class Writer {
 public:
  void Element(const GumboNode& node, int depth) {
    const GumboTag tag = node.v.element.tag;
    if (IsSilent(tag) || depth > kDepthMax) return;
    if (IsBlock(tag)) Break(IsParagraph(tag) ? 2 : 1, tag == GUMBO_TAG_BR);
    if (tag == GUMBO_TAG_BLOCKQUOTE) ++quote_;
    if (tag == GUMBO_TAG_PRE) ++pre_;
    if (tag == GUMBO_TAG_LI) Words("- ");
    if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) space_ = true;
    for (unsigned i = 0; i < node.v.element.children.length; ++i) {
      Node(*static_cast<const GumboNode*>(node.v.element.children.data[i]), depth + 1);
    }
    if (tag == GUMBO_TAG_PRE) --pre_;
    if (IsBlock(tag) && tag != GUMBO_TAG_BR) Break(IsParagraph(tag) ? 2 : 1, false);
    if (tag == GUMBO_TAG_BLOCKQUOTE) --quote_;
  }

  std::string Take() { return std::move(out_); }

 private:
  void Node(const GumboNode& node, int depth) {
    switch (node.type) {
      case GUMBO_NODE_ELEMENT: return Element(node, depth);
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA: return Words(node.v.text.text);
      default: return;
    }
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
  int breaks_ = 0;
  bool space_ = false;
  int quote_ = 0, was_quote_ = 0;
  int pre_ = 0;
};

}  // namespace

std::string MailHtmlToText(std::string_view html) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  const auto destroy = [&](GumboOutput* output) { gumbo_destroy_output(&options, output); };
  const std::unique_ptr<GumboOutput, decltype(destroy)> output(
      gumbo_parse_with_options(&options, html.data(), html.size()), destroy);
  if (output == nullptr || output->root == nullptr) return {};
  Writer writer;
  writer.Element(*output->root, 0);
  return writer.Take();
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
