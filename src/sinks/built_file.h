// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace yk::sinks {

/// Where a file stands while it is built.
std::filesystem::path PartialOf(const std::filesystem::path& path);

/// For sinks that build their file at the end: finds out now, and not after a night's work, whether it can be written.
/// Makes the folder.
Result<void> CheckCanBuild(const std::filesystem::path& path);

}  // namespace yk::sinks
