// SPDX-License-Identifier: Apache-2.0
#include "formats/html_tree.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <new>

namespace yk::formats {
namespace {

constexpr int kDepthMax = 1'000;  ///< browsers stop at 512; the parser's time grows with the square of the depth

/// Tags that the parser closes by itself: they do not nest.
constexpr std::array<std::string_view, 30> kFlatTags = {
    "area", "base", "body",   "br",    "col", "colgroup", "dd",   "dt",     "embed", "head",
    "hr",   "html", "img",    "input", "li",  "link",     "meta", "option", "p",     "param",
    "rp",   "rt",   "source", "tbody", "td",  "tfoot",    "th",   "thead",  "tr",    "track"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string LowerName(std::string_view html, size_t at) {
  std::string name;
  while (at < html.size() && name.size() < 16 && (IsLetter(html[at]) || (html[at] >= '0' && html[at] <= '9'))) {
    name += static_cast<char>(html[at++] | 0x20);
  }
  return name;
}

/// The end of a tag's text that begins at `at`: quoted values may hold '>'.
size_t TagEnd(std::string_view html, size_t at) {
  char quote = 0;
  for (; at < html.size(); ++at) {
    const char c = html[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at + 1;
    }
  }
  return html.size();
}

/// What does not close in its own way counts as nested, so the result is at least the depth of the tree.
int NestingDepth(std::string_view html) {
  int depth = 0;
  int deepest = 0;
  for (size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const bool closing = at + 1 < html.size() && html[at + 1] == '/';
    const size_t begin = at + (closing ? 2 : 1);
    if (begin >= html.size() || !IsLetter(html[begin])) continue;
    const std::string name = LowerName(html, begin);
    if (std::binary_search(kFlatTags.begin(), kFlatTags.end(), name)) continue;
    depth = closing ? std::max(0, depth - 1) : depth + 1;
    deepest = std::max(deepest, depth);
  }
  return deepest;
}

/// The text without markup, as content of a <pre> element: character references are left for the parser.
std::string Flatten(std::string_view html) {
  std::string out = "<body><pre>";
  for (size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      const size_t end = std::min(html.find('<', at), html.size());
      out += html.substr(at, end - at);
      at = end;
    } else if (html.substr(at, 4) == "<!--") {
      const size_t end = html.find("-->", at);
      at = end == std::string_view::npos ? html.size() : end + 3;
    } else if (at + 1 < html.size() && (IsLetter(html[at + 1]) || html[at + 1] == '/' || html[at + 1] == '!')) {
      const std::string name = LowerName(html, at + 1);
      at = TagEnd(html, at + 1);
      if (name == "script" || name == "style") at = std::min(html.find("</", at), html.size());
      if (out.back() != '\n') out += '\n';
    } else {
      out += "&lt;";
      ++at;
    }
  }
  return out;
}

bool HidesByStyle(std::string_view style) {
  std::string plain;
  for (const char c : style) {
    if (c != ' ' && c != '\t' && c != '\n') plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  }
  return plain.find("display:none") != std::string::npos || plain.find("visibility:hidden") != std::string::npos ||
         plain.find("mso-hide:all") != std::string::npos;
}

}  // namespace

/// Memory that is given back at once: freeing node by node would go as deep as the page is nested.
class HtmlTree::Arena {
 public:
  ~Arena() {
    for (void* block : blocks_) std::free(block);
  }
  void* Take(size_t size) {
    size = (size + 15) & ~size_t{15};
    if (size > left_) {
      const size_t block = std::max(size, kBlock);
      blocks_.reserve(blocks_.size() + 1);
      void* memory = std::malloc(block);
      if (memory == nullptr) throw std::bad_alloc();
      blocks_.push_back(memory);
      next_ = static_cast<char*>(memory);
      left_ = block;
    }
    char* out = next_;
    next_ += size;
    left_ -= size;
    return out;
  }

 private:
  static constexpr size_t kBlock = size_t{256} << 10;
  std::vector<void*> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

HtmlTree::HtmlTree(std::string_view utf8) : arena_(std::make_unique<Arena>()) {
  if (NestingDepth(utf8) > kDepthMax) {
    flat_ = Flatten(utf8);
    utf8 = flat_;
  }
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = [](void* arena, size_t size) { return static_cast<Arena*>(arena)->Take(size); };
  options.deallocator = [](void*, void*) {};
  options.userdata = arena_.get();
  options.max_errors = 0;
  output_ = gumbo_parse_with_options(&options, utf8.data(), utf8.size());
}

HtmlTree::~HtmlTree() = default;

const GumboNode* HtmlTree::root() const { return output_->root; }

const GumboNode* HtmlTree::Find(GumboTag tag) const {
  const GumboNode* found = nullptr;
  WalkHtml(
      root(),
      [&](const GumboNode* node) {
        if (found == nullptr && IsTag(node, tag)) found = node;
        return found == nullptr;
      },
      [](const GumboNode*) {});
  return found;
}

bool IsElement(const GumboNode* node) { return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE; }

bool IsTag(const GumboNode* node, GumboTag tag) { return IsElement(node) && node->v.element.tag == tag; }

bool HasAttribute(const GumboNode* element, const char* name) {
  return gumbo_get_attribute(&element->v.element.attributes, name) != nullptr;
}

std::string_view Attribute(const GumboNode* element, const char* name) {
  const GumboAttribute* attribute = gumbo_get_attribute(&element->v.element.attributes, name);
  return attribute == nullptr ? std::string_view() : attribute->value;
}

int NumberAttribute(const GumboNode* element, const char* name, int fallback) {
  const std::string_view text = Attribute(element, name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : fallback;
}

std::string_view NodeText(const GumboNode* node) {
  switch (node->type) {
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_WHITESPACE:
    case GUMBO_NODE_CDATA: return node->v.text.text;
    default: return {};
  }
}

bool IsMarkedHidden(const GumboNode* element) {
  return HasAttribute(element, "hidden") || Attribute(element, "aria-hidden") == "true" ||
         HidesByStyle(Attribute(element, "style"));
}

bool IsInvisible(const GumboNode* element) {
  if (element->type == GUMBO_NODE_TEMPLATE) return true;
  switch (element->v.element.tag) {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_DATALIST:
    case GUMBO_TAG_RT:
    case GUMBO_TAG_RTC:
    case GUMBO_TAG_RP: return true;
    default: break;
  }
  return IsMarkedHidden(element);
}

}  // namespace yk::formats
