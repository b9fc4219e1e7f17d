// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "formats/workbook.h"

namespace yk::formats {

/// What FreeXL does not tell about a sheet of an .xls file.
struct XlsSheetOutline {
  bool hidden = false;
  bool cells = true;  ///< false: a chart or a macro module
  std::vector<MergedRange> merged;
};

/// One per sheet, in the workbook's order; empty when the file is too old (before Excel 97) or damaged.
std::vector<XlsSheetOutline> ReadXlsOutline(std::string_view bytes, size_t merged_max);

}  // namespace yk::formats
