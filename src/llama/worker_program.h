// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace yk::llama {

/// The program yakan-model: `program` when it is named, else $YAKAN_MODEL, else the one beside the running program.
/// kNotFound, with the place that was looked at.
Result<std::filesystem::path> FindModelProgram(std::filesystem::path program);

/// The environment the program is started with: what drivers of GPUs look for, and how threads wait. The rest stays
/// here.
std::vector<std::string> ModelEnvironment();

}  // namespace yk::llama
