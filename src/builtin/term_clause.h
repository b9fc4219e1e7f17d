// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "builtin/reading.h"

namespace yk::builtin {

/// How much each sentence looks like the clause that fixes how long a contract lasts: the contract or its term as the
/// subject, a word of beginning, lasting or ending after it, and an extent (a period, a date, "until terminated"). Same
/// order as the sentences.
std::vector<double> ScoreTermClauses(Reading& reading);

}  // namespace yk::builtin
