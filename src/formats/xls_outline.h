// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/workbook.h"

namespace yk::formats {

/// What FreeXL does not tell about a sheet of an .xls file.
struct XlsSheetOutline {
  size_t begin = 0;  ///< of its records in the stream
  bool hidden = false;
  bool cells = true;  ///< false: a chart or a macro module
  std::vector<MergedRange> merged;
};

/// The records of a workbook of Excel 5 or later; empty for older ones and for one that is under a password or damaged.
std::string ReadXlsStream(std::string_view bytes);

/// One per sheet, in the workbook's order.
std::vector<XlsSheetOutline> ReadXlsOutline(std::string_view stream, size_t merged_max);

}  // namespace yk::formats
