// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "sinks/html_sink.h"

namespace yk::sinks {

/// One place of evidence: which value it is for, where it stands (with a link to the file and page, where the file is
/// there), the quote marked within what stands around it, and, where places on the page are known, the page with the
/// lines around it. `place` may have any shape. `id`: of the element.
std::string QuoteHtml(const HtmlOptions& options, const std::string& id, std::string_view field, const Json& place);

/// "file.pdf p.3" as a link to it, as text where there is no such file; empty without a file.
std::string FileHtml(const HtmlOptions& options, const Json& file, const Json& page);

/// The page of a place in SVG; empty when its context has no boxes.
std::string PageSvg(const Json& context);

}  // namespace yk::sinks
