// SPDX-License-Identifier: Apache-2.0
// A mapped file that somebody cuts kills the process that reads it (SIGBUS). These turn it into zeros and a flag.
#pragma once

#include <cstddef>

namespace yk::sources {

/// Watches a mapping. The number to ask with; -1: too many are watched, and this one is as dangerous as ever.
int GuardMapping(void* data, size_t size);

/// Whether bytes of it were missing when they were read. False for -1.
bool MappingWasHit(int guard);

/// Before the mapping goes. Does nothing for -1.
void UnguardMapping(int guard);

}  // namespace yk::sources
