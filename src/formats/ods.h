// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Sheets become pages and tables. Values and texts are the stored ones.
Result<reader::ReadAnswer> ReadOds(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
