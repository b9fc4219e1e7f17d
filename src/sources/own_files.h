// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "sources/file_list.h"

namespace yk::sources {

/// Leaves out of a list the files of the job itself (its store, outputs, job file, schema, prompt), which a folder or
/// a pattern takes along; one that a pattern names as it is stays. `own` may hold folders: all in them is left out.
/// kNotFound: nothing else is there.
Result<void> DropOwnFiles(const std::vector<std::filesystem::path>& own, const std::vector<std::string>& patterns,
                          const std::filesystem::path& base_dir, std::vector<InputFile>& files);

}  // namespace yk::sources
