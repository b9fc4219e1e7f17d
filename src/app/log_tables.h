// SPDX-License-Identifier: Apache-2.0
// Tables of a mined log for other programs, as CSV.
#pragma once

#include <string>

#include "base/result.h"
#include "sources/log_analysis.h"

namespace yk::app {

/// The template that a user names: "T12" or its 16-digit key. kNotFound says how to find the names.
Result<uint32_t> FindTemplate(const logs::LogSummary& summary, const std::string& name);

// Lines are given by their number in their file. Where there are several files a column names it.

/// Every line with its template.
Result<void> WriteStructured(const sources::LogAnalysis& analysis, const std::string& path);

/// Every template with its counts.
Result<void> WriteTemplates(const sources::LogAnalysis& analysis, const std::string& path);

/// The values of one template's slots, one row per line, to stdout.
void PrintValues(const sources::LogAnalysis& analysis, uint32_t template_id);

}  // namespace yk::app
