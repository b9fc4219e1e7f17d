// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace yk::sources {

/// Copies a stream into `<dir>/stdin-<sha256>` and returns that path: equal input gives the equal name, so a resume and
/// a job's identity work as with any file. kInvalid when the stream is empty or a terminal; kExhausted: disk full.
Result<std::filesystem::path> SpoolStdin(int fd, const std::filesystem::path& dir);

}  // namespace yk::sources
