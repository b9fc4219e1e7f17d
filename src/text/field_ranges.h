// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

/// A member of an object and the bytes of its value, quotes and brackets included.
struct FieldRange {
  std::string name;
  Range value;
};

/// Where the values of the one JSON object in a text stand, in order; what is around it (a code fence, a sentence) is
/// passed over. Only the brackets and quotes are looked at: whether it is JSON is for a parser to say. Empty when the
/// object breaks off or is not written with double quotes, or when a brace elsewhere makes it doubtful which one is
/// meant. Linear; never throws.
std::vector<FieldRange> FieldRanges(std::string_view text);

}  // namespace yk::text
