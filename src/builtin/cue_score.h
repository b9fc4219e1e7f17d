// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "builtin/field_plan.h"
#include "builtin/reading.h"

namespace yk::builtin {

/// How strongly the cues of a field point at each candidate (same order). A cue counts by its weight and nearness, less
/// when it stands behind (in Latin script), when other candidates stand between, or when it is only in the sentence
/// or label before. A label ("Payment due:") points forward only, and no further than the next label when something
/// else stands behind it. Several cues add up, each counting half of the stronger one before it; cues that speak
/// against are taken off.
struct CueScore {
  double speaks_for = 0;
  double against = 0;
  double total() const { return speaks_for - against; }
};
std::vector<CueScore> ScoreByCues(Reading& reading, const FieldPlan& plan, const std::vector<Candidate>& candidates);

/// The same for whole sentences: cues inside them.
std::vector<CueScore> ScoreSentences(Reading& reading, const FieldPlan& plan);

}  // namespace yk::builtin
