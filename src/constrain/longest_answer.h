// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "constrain/rules.h"

namespace yk::constrain {

/// An upper bound for the bytes of an answer: what has to be reserved for it. Unset when the rules set no bound (a text
/// of any length, a list of any length, a rule that contains itself).
std::optional<uint64_t> LongestAnswer(const Rules& rules);

}  // namespace yk::constrain
