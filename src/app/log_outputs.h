// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "app/commands.h"
#include "base/result.h"

namespace yk::app {

/// The files that `yakan logs` writes.
std::vector<std::filesystem::path> LogOutputs(const LogsCommand& command);

/// kInvalid: an output would overwrite one of the logs, or another output. What an earlier `yakan logs` wrote may be
/// written again, also where a folder or a pattern brings it.
Result<void> CheckLogOutputs(const LogsCommand& command, const std::filesystem::path& base_dir);

}  // namespace yk::app
