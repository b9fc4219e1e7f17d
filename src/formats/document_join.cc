// SPDX-License-Identifier: Apache-2.0
#include "formats/document_join.h"

#include <utility>

#include "text/utf8.h"

namespace yk::formats {
namespace {

/// The end of the text in code points: pages cover it.
int64_t EndOf(const reader::Document& document) { return document.pages.empty() ? 0 : document.pages.back().end; }

void EndLine(reader::Document& document) {
  if (document.text.empty() || document.text.ends_with('\n') || document.pages.empty()) return;
  document.text += '\n';
  ++document.pages.back().end;
}

}  // namespace

int JoinDocument(reader::Document inner, const std::string& name, reader::Document& into) {
  EndLine(into);
  const int64_t shift = EndOf(into);
  const int part = static_cast<int>(into.parts.size());
  const int table = static_cast<int>(into.tables.size());
  into.text += inner.text;
  for (size_t i = 0; i < inner.parts.size(); ++i) {
    reader::Part& each = inner.parts[i];
    each.name = each.name.empty() ? name : name + "/" + each.name;
    if (i == 0 && each.mime.empty()) each.mime = inner.mime;
    into.parts.push_back(std::move(each));
  }
  for (reader::Page& page : inner.pages) {
    page.begin += shift;
    page.end += shift;
    page.part += part;
    into.pages.push_back(page);
  }
  for (reader::Block& block : inner.blocks) {
    block.begin += shift;
    block.end += shift;
    if (block.table >= 0) block.table += table;
    into.blocks.push_back(block);
  }
  for (reader::Span& span : inner.spans) into.spans.push_back({span.begin + shift, span.end + shift, span.box});
  for (reader::Table& each : inner.tables) into.tables.push_back(std::move(each));
  return part;
}

}  // namespace yk::formats
