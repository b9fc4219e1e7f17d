// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "builtin/reading.h"
#include "builtin/role.h"

namespace yk::builtin {

/// How much each sentence sounds like the clause that fixes the role: the term of a contract, its governing law. 0 for
/// roles without such clauses. Same order as the sentences.
std::vector<double> ScoreClauseWords(Reading& reading, Role role);

}  // namespace yk::builtin
