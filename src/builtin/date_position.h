// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "builtin/field_plan.h"
#include "builtin/reading.h"

namespace yk::builtin {

/// What the place of a date says about its role, added to the score of its cues: agreements are dated in their head or
/// beside the signatures, so a date that stands alone there counts; later dates inside paragraphs rarely date the
/// agreement. The words at a date's edge tell the beginning of a term from its end: "from" and から, "through" and
/// まで. Same order as the candidates.
std::vector<double> DatePositionScores(const Reading& reading, Role role, const std::vector<Candidate>& dates);

}  // namespace yk::builtin
