// SPDX-License-Identifier: Apache-2.0
#include "reader/document.h"

#include <algorithm>
#include <array>
#include <utility>

namespace yk::reader {
namespace {

constexpr std::array<std::pair<BlockKind, std::string_view>, 6> kKinds = {{
    {BlockKind::kParagraph, "paragraph"},
    {BlockKind::kHeading, "heading"},
    {BlockKind::kListItem, "list_item"},
    {BlockKind::kTable, "table"},
    {BlockKind::kQuote, "quote"},
    {BlockKind::kCaption, "caption"},
}};

}  // namespace

std::string_view BlockKindName(BlockKind kind) {
  for (const auto& [value, name] : kKinds) {
    if (value == kind) return name;
  }
  return "paragraph";
}

std::optional<BlockKind> ParseBlockKind(std::string_view name) {
  for (const auto& [value, known] : kKinds) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string Document::MetadataValue(std::string_view name) const {
  for (const MetadataField& field : metadata) {
    if (field.name == name && !field.values.empty()) return field.values.front();
  }
  return {};
}

size_t Document::PageIndexOf(int64_t at) const {
  const auto after = std::upper_bound(pages.begin(), pages.end(), at,
                                      [](int64_t offset, const Page& page) { return offset < page.begin; });
  return after == pages.begin() ? 0 : static_cast<size_t>(std::distance(pages.begin(), after) - 1);
}

int Document::PageOf(int64_t at) const { return pages.empty() ? 1 : pages[PageIndexOf(at)].number; }

std::string Document::FileOf(int64_t at) const {
  if (pages.empty()) return file;
  const auto part = static_cast<size_t>(pages[PageIndexOf(at)].part);
  return part < parts.size() && !parts[part].name.empty() ? file + "/" + parts[part].name : file;
}

}  // namespace yk::reader
