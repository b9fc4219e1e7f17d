// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace yk::llama {

/// The library ends the process over a state file that is not whole: such a file carries the SHA-256 of its content at
/// its end, which the library does not read.
Result<void> SealStateFile(const std::filesystem::path& path);

/// Whether the file is there, whole and sealed.
bool StateFileIsWhole(const std::filesystem::path& path);

}  // namespace yk::llama
