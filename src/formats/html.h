// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// A page's main text: see html_main.h. The charset comes from a byte order mark, the page's own word, or detection.
Result<reader::ReadAnswer> ReadHtml(const reader::ReadRequest& request, std::string_view bytes);

/// Whether the content begins as web pages do.
bool IsHtml(std::string_view bytes);

/// All visible text, also what a page of its own would not count as its main text: for HTML inside other formats, such
/// as mail. Paragraphs are separated by empty lines.
std::string HtmlToText(std::string_view utf8);

/// The same as a document with blocks and tables; kNoText when nothing is visible.
Result<reader::ReadAnswer> ReadHtmlFragment(const reader::ReadOptions& options, std::string_view utf8);

/// The charset that the page claims in a <meta> element or XML declaration near its beginning; empty when it does not.
std::string DeclaredHtmlCharset(std::string_view bytes);

}  // namespace yk::formats
