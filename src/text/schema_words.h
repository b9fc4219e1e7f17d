// SPDX-License-Identifier: Apache-2.0
// How the schema checker speaks of values, and measures them. Internal to text/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace yk::text {

/// The bits of SchemaType a value has: a whole number is a number too.
uint8_t TypesOf(const Json& value);

/// Length of a UTF-8 text in code points.
uint64_t CodePoints(const std::string& text);

/// "the number 3", "a list of 2", "the text \"abc…\"".
std::string Described(const Json& value);

/// "a string or null" for bits of SchemaType.
std::string DescribedTypes(uint8_t types);

/// The values a field may take, the first dozen of them.
std::string DescribedValues(const std::vector<Json>& values);

/// Two items of a list that are equal, if there are any. Linear but for collisions.
std::optional<std::pair<size_t, size_t>> FindTwins(const Json& list);

}  // namespace yk::text
