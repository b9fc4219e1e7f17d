// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "sinks/html_sink.h"

namespace yk::sinks {

/// The whole report. Reads the result log twice: for counts and columns, and for the rows that are shown. What rows say
/// is text in it and never markup; nothing in it is fetched or run. At most kHtmlRowsMax rows and some 32 MB.
Result<std::string> BuildHtmlReport(const HtmlOptions& options);

}  // namespace yk::sinks
