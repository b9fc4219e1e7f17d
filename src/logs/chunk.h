// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "logs/scanner.h"

namespace yk::logs {

/// What of a chunk (bytes between breaks) is variable: at most one range.
struct ChunkSlot {
  uint32_t begin = 0, end = 0;
  SlotKind kind = SlotKind::kValue;
  bool url = false;  ///< may go on behind the chunk: the tail of a query
};

/// Where a chunk stands.
struct ChunkPlace {
  char before = '\0', after = '\0';  ///< the bytes around it, 0 at the ends
  const char* readable_end;          ///< bytes behind the chunk may be read up to here; at least the chunk's own end
  int coarseness = 0;
};

/// Whether something of the chunk is variable, and then what. Through a pointer, because this runs for every number of
/// a log, and a result that comes back in registers is put together in memory first, which stalls.
bool ClassifyChunk(std::string_view chunk, const ChunkPlace& place, ChunkSlot* out);

}  // namespace yk::logs
