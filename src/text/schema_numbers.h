// SPDX-License-Identifier: Apache-2.0
// Numbers as JSON Schema sees them: by decimal value, whatever the representation.
#pragma once

#include "base/json_fwd.h"

namespace yk::text {

/// 3, 3.0 and 3e0 are integers.
bool IsJsonInteger(const Json& number);

/// -1, 0 or 1; exact between integers of 64 bits, else by long double.
int CompareJsonNumbers(const Json& a, const Json& b);

/// Whether `number` is a whole multiple of `divisor` (> 0), reckoned on the shortest decimal forms of both: 19.99 is a
/// multiple of 0.01, which binary arithmetic would deny.
bool IsMultipleOf(const Json& number, const Json& divisor);

}  // namespace yk::text
