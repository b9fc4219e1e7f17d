// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace yk {

/// As ParseJson, for what people give us: whole numbers beyond 64 bits, which would be rounded, are strings of their
/// digits.
Result<Json> ParseJsonKeepingDigits(std::string_view text);

}  // namespace yk
