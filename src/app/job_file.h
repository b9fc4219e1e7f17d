// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/job_spec.h"

namespace yk::app {

/// Reads a job file, applies --set, and takes in the files it names (prompts, schemas), so that the spec is complete:
/// it can be hashed, stored and resumed without them.
Result<pipeline::JobSpec> ReadJobFile(const std::filesystem::path& path, const std::vector<std::string>& sets);

}  // namespace yk::app
