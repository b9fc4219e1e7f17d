// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

struct llama_model;

namespace yk::llama {

/// Bytes this process may still take: what the system has available, within the limits of its control groups.
uint64_t MemoryAvailable();

/// kExhausted, with the numbers, when a model file is larger than the memory there is for it. Where a GPU takes the
/// weights nothing is said: its own memory decides.
Result<void> FitsMemory(const std::filesystem::path& path, uint64_t file_bytes);

/// Bytes of cache for one token of one row, at 16 or 8 bits a value. An upper bound: layers that look back over a
/// window only need less.
uint64_t CacheBytesPerToken(const llama_model* model, bool q8);

}  // namespace yk::llama
