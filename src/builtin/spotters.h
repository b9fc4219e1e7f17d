// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "builtin/candidate.h"
#include "builtin/kind.h"

namespace yk::builtin {

/// All candidates of a kind in the text, in order. Kinds that need more than a spotter (party, law, choice, clause)
/// give none. The value of a duration is its count of days; of money its amount.
std::vector<Candidate> Spot(Kind kind, std::string_view text);

}  // namespace yk::builtin
