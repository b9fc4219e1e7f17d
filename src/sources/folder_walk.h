// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "base/result.h"

namespace yk::sources {

struct FolderWalkOptions {
  bool hidden = false;  ///< also files and folders whose names begin with a dot
  int depth_max = 64;   ///< folders below the first; 0: its own files only
};

/// Calls `each` with every regular file below `root`. Links are followed, so a file may come by several paths, but no
/// folder is entered below itself. The error names the folder that cannot be read; kCancelled once a stop is asked for.
Result<void> WalkFolder(const std::filesystem::path& root, const FolderWalkOptions& options,
                        const std::stop_token& stop, const std::function<void(const std::filesystem::path&)>& each);

/// kCancelled once a stop is asked for.
Result<void> UnlessStopped(const std::stop_token& stop);

}  // namespace yk::sources
