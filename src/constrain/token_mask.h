// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "constrain/stepper.h"
#include "constrain/vocabulary.h"

namespace yk::constrain {

/// A set of tokens: bit t % 64 of word t / 64.
using TokenMask = std::vector<uint64_t>;

/// The tokens an answer may go on with. Walks the trie and leaves out what lies behind a byte that may not come.
TokenMask BuildMask(const Stepper& stepper, const Vocabulary& vocabulary, const State& state);

}  // namespace yk::constrain
