// SPDX-License-Identifier: Apache-2.0
#include "formats/html_main.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "formats/html_tree.h"
#include "formats/unicode.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

/// How much text stands below an element. A Han or kana character weighs as much as half a word.
struct Weight {
  int64_t text = 0;
  int64_t link_text = 0;
  int links = 0;
  bool heading = false;
};
using Weights = std::unordered_map<const GumboNode*, Weight>;

int64_t Weigh(std::string_view utf8) {
  int64_t weight = 0;
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = text::NextCodePoint(utf8, &at);
    if (c > 0x20 && c != 0xA0 && c != 0x3000) weight += IsCjk(c) ? 3 : 1;
  }
  return weight;
}

Weights WeighAll(const GumboNode* body) {
  Weights weights;
  std::vector<const GumboNode*> path;
  int in_link = 0;
  WalkHtml(
      body,
      [&](const GumboNode* node) {
        if (!IsElement(node)) {
          if (path.empty()) return false;
          const int64_t weight = Weigh(NodeText(node));
          Weight& parent = weights[path.back()];
          parent.text += weight;
          if (in_link > 0) parent.link_text += weight;
          return false;
        }
        if (IsInvisible(node)) return false;
        path.push_back(node);
        const GumboTag tag = node->v.element.tag;
        if (tag == GUMBO_TAG_A) ++in_link;
        weights[node].heading = tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H3;
        return true;
      },
      [&](const GumboNode* node) {
        path.pop_back();
        Weight own = weights[node];
        if (IsTag(node, GUMBO_TAG_A)) {
          --in_link;
          ++own.links;
        }
        if (path.empty()) return;
        Weight& parent = weights[path.back()];
        parent.text += own.text;
        parent.link_text += own.link_text;
        parent.links += own.links;
        parent.heading = parent.heading || own.heading;
      });
  return weights;
}

bool HasRole(const GumboNode* node, std::initializer_list<std::string_view> roles) {
  const std::string_view role = Attribute(node, "role");
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool IsMain(const GumboNode* node) { return IsTag(node, GUMBO_TAG_MAIN) || HasRole(node, {"main"}); }

/// A header with the page's heading belongs to the text, one with a logo and a menu does not.
bool IsFurniture(const GumboNode* node, const Weight& weight, bool in_article) {
  switch (node->v.element.tag) {
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ASIDE: return true;
    case GUMBO_TAG_FOOTER: return !in_article;
    case GUMBO_TAG_HEADER: return !in_article && (!weight.heading || weight.link_text * 2 > weight.text);
    default: break;
  }
  return HasRole(node, {"navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog"}) ||
         (HasRole(node, {"banner"}) && !weight.heading);
}

bool IsBox(const GumboNode* node) {
  switch (node->v.element.tag) {
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_P: return true;
    default: return false;
  }
}

/// Words that authors give to boxes around the text, as whole words of class and id.
bool NamedAsFurniture(const GumboNode* node) {
  constexpr std::array<std::string_view, 22> kWords = {
      "advert",     "ads",     "banner", "breadcrumb", "breadcrumbs", "cookie", "cookies",    "footer",
      "globalnav",  "header",  "menu",   "nav",        "navbar",      "navi",   "navigation", "pager",
      "pagination", "related", "share",  "sidebar",    "sns",         "toolbar"};
  std::string word;
  const auto known = [&] {
    const bool found = std::find(kWords.begin(), kWords.end(), word) != kWords.end();
    word.clear();
    return found;
  };
  for (const char* name : {"class", "id"}) {
    for (const char c : Attribute(node, name)) {
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        word += static_cast<char>(c | 0x20);
      } else if (known()) {
        return true;
      }
    }
    if (known()) return true;
  }
  return false;
}

/// Mostly links and hardly a sentence beside them.
bool IsLinkBox(const GumboNode* node, const Weight& weight) {
  if (!IsBox(node) || weight.text == 0) return false;
  const int64_t plain = weight.text - weight.link_text;
  const double share = static_cast<double>(weight.link_text) / static_cast<double>(weight.text);
  if (NamedAsFurniture(node) && !weight.heading && weight.links > 0) return (share > 0.3 && plain < 400) || plain < 60;
  return weight.links >= 4 && share > 0.65 && plain < 120;
}

/// The nodes below `root` that `leave_out` names, outermost ones only; `weight` of what they hold.
template <typename LeaveOut>
int64_t Collect(const GumboNode* root, const Weights& weights, LeaveOut leave_out, MainText& main) {
  int64_t weight = 0;
  int articles = 0;
  const auto is_article = [](const GumboNode* node) {
    return IsTag(node, GUMBO_TAG_ARTICLE) || IsTag(node, GUMBO_TAG_BLOCKQUOTE) || IsMain(node);
  };
  WalkHtml(
      root,
      [&](const GumboNode* node) {
        if (!IsElement(node)) return false;
        const auto found = weights.find(node);
        if (found == weights.end() || main.left_out.contains(node)) return false;
        if (node != root && leave_out(node, found->second, articles > 0)) {
          main.left_out.insert(node);
          weight += found->second.text;
          return false;
        }
        articles += is_article(node) ? 1 : 0;
        return true;
      },
      [&](const GumboNode* node) { articles -= is_article(node) ? 1 : 0; });
  return weight;
}

std::vector<const GumboNode*> MarkedRoots(const GumboNode* body, const Weights& weights, int64_t total) {
  const GumboNode* best = nullptr;
  int64_t best_weight = 0;
  std::vector<const GumboNode*> articles;
  int64_t article_weight = 0;
  WalkHtml(
      body,
      [&](const GumboNode* node) {
        if (!IsElement(node)) return false;
        const auto found = weights.find(node);
        if (found == weights.end()) return false;
        if (IsMain(node) && found->second.text > best_weight) {
          best = node;
          best_weight = found->second.text;
        }
        if (IsTag(node, GUMBO_TAG_ARTICLE) && found->second.text > 0) {
          articles.push_back(node);
          article_weight += found->second.text;
          return false;
        }
        return !IsTag(node, GUMBO_TAG_NAV) && !IsTag(node, GUMBO_TAG_ASIDE);
      },
      [](const GumboNode*) {});
  if (best != nullptr && best_weight * 10 > total) return {best};
  if (article_weight * 4 > total) return articles;
  return {};
}

}  // namespace

MainText FindMainText(const GumboNode* body) {
  const Weights weights = WeighAll(body);
  const auto found = weights.find(body);
  const int64_t total = found == weights.end() ? 0 : found->second.text;
  MainText main{MarkedRoots(body, weights, total), {}};
  const bool marked = !main.roots.empty();
  if (!marked) main.roots = {body};
  int64_t kept = 0;
  for (const GumboNode* root : main.roots) {
    kept += weights.at(root).text;
    const bool article = marked;
    kept -= Collect(
        root, weights,
        [&](const GumboNode* node, const Weight& weight, bool inside) {
          return IsFurniture(node, weight, inside || article);
        },
        main);
  }
  if (kept * 20 <= total || kept == 0) return {{body}, {}};
  if (marked) return main;
  MainText dense = main;
  kept -= Collect(
      body, weights, [](const GumboNode* node, const Weight& weight, bool) { return IsLinkBox(node, weight); }, dense);
  return kept * 10 > total ? dense : main;
}

}  // namespace yk::formats
