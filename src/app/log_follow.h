// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/commands.h"
#include "base/result.h"
#include "sources/log_analysis.h"

namespace yk::app {

/// Tells the incidents of a log, and each further one as it appears, until it is interrupted: then exit code 0. Looks
/// at the last part of the file only (FollowWindow), so that a look costs the same however long the log has become. A
/// file that was rotated or emptied is begun anew.
Result<int> FollowLog(const CommandContext& context, const LogsCommand& command,
                      const sources::LogAnalysisOptions& options);

}  // namespace yk::app
