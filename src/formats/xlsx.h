// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Sheets become pages and tables; values are the stored ones, nothing is calculated. What can be missing (number
/// formats, single sheets) is missing with a note.
Result<reader::ReadAnswer> ReadXlsx(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
