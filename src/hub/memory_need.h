// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "hub/gguf_header.h"

namespace yk::hub {

/// Bytes that keys and values of `tokens` tokens take, as 16-bit numbers in every block. An upper bound: blocks with a
/// sliding window or a recurrent state need less. 0: the header does not say enough. Saturates.
uint64_t KvCacheBytes(const GgufHeader& header, uint64_t tokens);

/// Bytes of memory that a program can still take: what the kernel calls available, or what the limit of our control
/// group leaves when that is less. 0: cannot be told.
uint64_t AvailableMemory();

}  // namespace yk::hub
