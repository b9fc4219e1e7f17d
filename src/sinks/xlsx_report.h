// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "sinks/xlsx_sink.h"

namespace yk::sinks {

/// Writes the whole workbook to `path`, reading the result log three times: for the columns, for their widths, for the cells.
Result<void> BuildReport(const XlsxOptions& options, const std::filesystem::path& path);

}  // namespace yk::sinks
