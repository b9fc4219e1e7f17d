// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "text/numbers.h"

namespace yk::text {

/// English number words at `*pos` ("thirty", "twenty-one", "one hundred and fifty thousand"), case ignored; moves
/// `*pos` behind them. Nothing: no number word begins there.
std::optional<Decimal> ReadNumberWords(std::string_view text, size_t* pos);

/// "first" … "thirty-first" at `*pos` as 1..31; moves `*pos` behind it.
std::optional<int> ReadOrdinalWords(std::string_view text, size_t* pos);

}  // namespace yk::text
