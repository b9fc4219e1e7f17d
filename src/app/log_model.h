// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"
#include "base/result.h"
#include "sources/log_analysis.h"

namespace yk::app {

/// Asks a model about the incidents, in one question. Its answer is kept in the store, so that the same log costs one
/// call. What it cites is checked; what does not hold is left out, and the analysis gets a note. Without incidents
/// nothing is asked.
Result<std::vector<incidents::Explanation>> ExplainIncidents(const CommandContext& context, const std::string& model,
                                                             sources::LogAnalysis* analysis);

}  // namespace yk::app
