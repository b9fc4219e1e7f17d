// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"

namespace yk::formats {

struct SandboxLimits {
  uint64_t memory_bytes = uint64_t{2} << 30;  ///< RLIMIT_AS
  int cpu_seconds = 600;                      ///< RLIMIT_CPU; the pool may raise it
};

/// Locks this process down for good, before it sees a foreign byte: dies with its parent, limits on memory, processor
/// time, open files and core dumps, no file can grow; a system-call filter that kills the process when it touches
/// sockets, starts programs or opens files for writing, and refuses whatever parsing does not need.
Result<void> EnterSandbox(const SandboxLimits& limits);

}  // namespace yk::formats
