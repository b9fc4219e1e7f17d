// SPDX-License-Identifier: Apache-2.0
// Tables of web pages and of mails in HTML: which of them are tables to their reader, and what stands in their cells.
#pragma once

#include <gumbo.h>

#include <string>

#include "formats/html_main.h"
#include "reader/table.h"

namespace yk::formats {

/// Whether an element stands in lines of its own.
bool IsHtmlBlock(GumboTag tag);
/// Whether white space in an element is shown as written.
bool KeepsHtmlSpaces(const GumboNode* node);

/// Whether the table is one to its reader, too, and not a means to place text on the page.
bool IsHtmlDataTable(const GumboNode* table, const MainText& main);

/// Its rows and cells without those of tables inside it.
reader::Table ReadHtmlTable(const GumboNode* table, const MainText& main);

/// The text of a table cell: its blocks and the rows of tables in it become lines.
std::string HtmlCellText(const GumboNode* cell, const MainText& main);

}  // namespace yk::formats
