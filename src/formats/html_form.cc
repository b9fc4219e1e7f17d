// SPDX-License-Identifier: Apache-2.0
#include "formats/html_form.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/html_tree.h"
#include "text/normalize.h"

namespace yk::formats {
namespace {

std::string TextOf(const GumboNode* root) {
  std::string out;
  WalkHtml(
      root,
      [&](const GumboNode* node) {
        out += NodeText(node);
        return true;
      },
      [](const GumboNode*) {});
  return out;
}

std::string ValueOfInput(const GumboNode* input) {
  // A password is shown to nobody; the others hold no answer, or none that is shown.
  constexpr std::array<std::string_view, 8> kNoAnswer = {"hidden", "password", "submit", "button",
                                                         "reset",  "image",    "file",   "color"};
  const std::string type = text::FoldCase(Attribute(input, "type"));
  if (std::find(kNoAnswer.begin(), kNoAnswer.end(), type) != kNoAnswer.end()) return {};
  if (type == "checkbox" || type == "radio") return HasAttribute(input, "checked") ? "☑" : "☐";
  return std::string(Attribute(input, "value"));
}

/// Only what was chosen: where nothing is marked, browsers show the first option, which is often a prompt.
std::string ChosenOf(const GumboNode* select) {
  std::string out;
  WalkHtml(
      select,
      [&](const GumboNode* node) {
        if (!IsTag(node, GUMBO_TAG_OPTION)) return IsElement(node);
        if (!HasAttribute(node, "selected")) return false;
        InlineText text;
        text.Add(TextOf(node));
        const std::string option = text.Take();
        if (!option.empty()) out += (out.empty() ? "" : ", ") + option;
        return false;
      },
      [](const GumboNode*) {});
  return out;
}

}  // namespace

bool IsHtmlField(const GumboNode* node) {
  return IsTag(node, GUMBO_TAG_INPUT) || IsTag(node, GUMBO_TAG_SELECT) || IsTag(node, GUMBO_TAG_TEXTAREA);
}

std::string HtmlFieldValue(const GumboNode* field) {
  if (IsMarkedHidden(field)) return {};
  if (IsTag(field, GUMBO_TAG_INPUT)) return ValueOfInput(field);
  return IsTag(field, GUMBO_TAG_SELECT) ? ChosenOf(field) : TextOf(field);
}

void AddHtmlField(const GumboNode* field, InlineText& text) {
  const std::string value = HtmlFieldValue(field);
  if (value.empty()) return;
  text.Space();
  text.AddPreserved(value);
  if (value != "☑" && value != "☐") text.Space();
}

}  // namespace yk::formats
