// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/document_builder.h"
#include "formats/html_main.h"

namespace yk::formats {

/// Adds the blocks and tables of the text to `out`: headings, paragraphs, list items with "- " or their number,
/// quotations with their depth. Tables that only lay out the page are read cell by cell.
void RenderHtml(const MainText& main, DocumentBuilder& out);

}  // namespace yk::formats
