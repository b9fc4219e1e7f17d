// SPDX-License-Identifier: Apache-2.0
// What stands behind or instead of digits and says more than they do; inside this folder only.
#pragma once

#include <optional>
#include <string_view>

#include "text/numbers.h"

namespace yk::text {

/// ½, ¾, ⅝: nothing for characters that are no fraction and for ⅓, which no decimal is equal to.
std::optional<Decimal> FractionValue(char32_t c);

/// Reads on behind digits that end at `*end`: 1e6, 2½, "3 million". False: the digits are only a part of what stands
/// there and are no number by themselves: 5², 2⅓, "1 1/2", 1e400.
bool ReadTail(std::string_view s, size_t* end, Decimal* value);

}  // namespace yk::text
