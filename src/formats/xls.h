// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Whether this is an Excel workbook as written before 2007 (.xls, .xlt).
bool IsXls(std::string_view bytes);

/// Texts by FreeXL, all other values by xls_values.h, merged cells and hidden sheets by xls_outline.h. Formulas are not
/// told, only their results.
Result<reader::ReadAnswer> ReadXls(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
