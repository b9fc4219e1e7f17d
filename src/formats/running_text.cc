// SPDX-License-Identifier: Apache-2.0
#include "formats/running_text.h"

#include <algorithm>
#include <array>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

/// "1", "- 1 -", "Page 1 of 3", "1/3 ページ".
bool IsPageNumber(std::string_view text) {
  constexpr size_t kBytesMax = 200;
  if (text.size() > kBytesMax) return false;
  std::string rest = text::FoldString(text, {.case_fold = true});
  constexpr std::array<std::string_view, 5> kWords = {"page", "of", "p.", "ページ", "頁"};
  for (const std::string_view word : kWords) {
    for (size_t at = rest.find(word); at != std::string::npos; at = rest.find(word)) rest.erase(at, word.size());
  }
  return std::all_of(rest.begin(), rest.end(),
                     [](char c) { return c >= 0 && !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')); });
}

}  // namespace

void AddRunningText(std::string_view name, std::string_view text, DocumentBuilder& out) {
  if (!IsPageNumber(text)) out.Metadata(name, text);
}

}  // namespace yk::formats
