// SPDX-License-Identifier: Apache-2.0
// How the schema checker speaks of values, and measures them. Internal to text/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/json_fwd.h"

namespace yk::text {

/// Length of a UTF-8 text in code points.
uint64_t CodePoints(const std::string& text);

/// "the number 3", "a list of 2", "the text \"abc…\"".
std::string Described(const Json& value);

/// "a string or null" for bits of SchemaType.
std::string DescribedTypes(uint8_t types);

/// Equal values have equal hashes, whatever their representation and key order.
size_t HashOf(const Json& value, int depth = 0);

}  // namespace yk::text
