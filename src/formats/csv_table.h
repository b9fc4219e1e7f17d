// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Delimited text in any charset and with any usual delimiter as a document with one table. Fields stay as written.
Result<reader::ReadAnswer> ReadCsvTable(const reader::ReadRequest& request, std::string_view bytes);

/// How many rows at the top name the columns instead of holding values: 0 when the first row is data already.
int CountHeaderRows(const std::vector<std::vector<std::string>>& rows);

}  // namespace yk::formats
