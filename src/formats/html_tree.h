// SPDX-License-Identifier: Apache-2.0
// The tree of a web page, and walks over it that no depth of nesting can hurt.
#pragma once

#include <gumbo.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace yk::formats {

/// A parsed page and the memory of all its nodes.
class HtmlTree {
 public:
  /// `utf8` must outlive the tree. Pages nested deeper than any browser shows lose their markup and keep their text.
  explicit HtmlTree(std::string_view utf8);
  ~HtmlTree();
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;

  const GumboNode* root() const;
  /// The first element with this tag in the page, nullptr when there is none.
  const GumboNode* Find(GumboTag tag) const;
  /// Whether the markup was dropped.
  bool flattened() const { return !flat_.empty(); }

 private:
  class Arena;
  std::unique_ptr<Arena> arena_;
  std::string flat_;
  GumboOutput* output_ = nullptr;
};

bool IsElement(const GumboNode* node);
bool IsTag(const GumboNode* node, GumboTag tag);
/// An attribute's value; empty when it is absent.
std::string_view Attribute(const GumboNode* element, const char* name);
bool HasAttribute(const GumboNode* element, const char* name);
/// A whole number from an attribute, `fallback` when it is absent or no number.
int NumberAttribute(const GumboNode* element, const char* name, int fallback);
/// Of a text, white space or CDATA node; empty for others.
std::string_view NodeText(const GumboNode* node);

/// Hidden by an attribute or by a style of its own.
bool IsMarkedHidden(const GumboNode* element);

/// Scripts, styles, form controls (see html_form.h), embedded objects, what is marked hidden, and the readings of ruby
/// text.
bool IsInvisible(const GumboNode* element);

/// Calls `enter` on `root` and all below it, in order; it returns whether to go into the node's children. `leave` is
/// called for nodes that were gone into.
template <typename Enter, typename Leave>
void WalkHtml(const GumboNode* root, Enter enter, Leave leave) {
  struct Step {
    const GumboNode* node;
    unsigned next;
  };
  if (root == nullptr || !enter(root) || !IsElement(root)) return;
  std::vector<Step> path = {{root, 0}};
  while (!path.empty()) {
    Step& step = path.back();
    const GumboVector& children = step.node->v.element.children;
    if (step.next >= children.length) {
      leave(step.node);
      path.pop_back();
      continue;
    }
    const auto* child = static_cast<const GumboNode*>(children.data[step.next++]);
    if (enter(child) && IsElement(child)) path.push_back({child, 0});
  }
}

}  // namespace yk::formats
