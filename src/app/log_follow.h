// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/commands.h"
#include "base/result.h"
#include "sources/log_analysis.h"

namespace yk::app {

/// Tells the incidents of a log, and each further one as it appears, and again when its lines come back after a
/// quiet time, until it is interrupted: then exit code 130. Looks at the last part of the file only, so that a look
/// costs the same however long the log has become. A file that was rotated or emptied is begun anew. A last line that
/// is still being written waits for one more look.
Result<int> FollowLog(const CommandContext& context, const LogsCommand& command,
                      const sources::LogAnalysisOptions& options);

}  // namespace yk::app
