// SPDX-License-Identifier: Apache-2.0
#include "formats/open_document_styles.h"

#include <fmt/format.h>

#include "formats/ooxml.h"
#include "formats/zip_package.h"

namespace yk::formats {
namespace {

constexpr int kParentsMax = 20;  ///< styles based on styles; some files go in circles

}  // namespace

std::string OpenStyles::Key(std::string_view family, std::string_view name) {
  return fmt::format("{}/{}", family, name);
}

void OpenStyles::Read(const pugi::xml_node& root) {
  for (const std::string_view group : {"styles", "automatic-styles"}) {
    for (const pugi::xml_node& style : LocalChild(root, group).children()) {
      if (LocalName(style) != "style") continue;
      const std::string_view family = LocalAttribute(style, "family");
      if (family != "text" && family != "paragraph") continue;
      Style& read = styles_[Key(family, LocalAttribute(style, "name"))];
      read.parent = LocalAttribute(style, "parent-style-name");
      const std::string_view display = LocalAttribute(LocalChild(style, "text-properties"), "display");
      if (!display.empty()) read.hides = display == "none";
    }
  }
}

bool OpenStyles::Hides(std::string_view family, std::string_view name) const {
  std::string next(name);
  for (int i = 0; i < kParentsMax && !next.empty(); ++i) {
    const auto found = styles_.find(Key(family, next));
    if (found == styles_.end()) return false;
    if (found->second.hides) return *found->second.hides;
    next = found->second.parent;
  }
  return false;
}

}  // namespace yk::formats
