// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "logs/scanner.h"

namespace yk::logs {

/// What of a chunk (bytes between breaks) is variable: at most one range; end == begin: nothing.
struct ChunkSlot {
  uint32_t begin = 0, end = 0;
  SlotKind kind = SlotKind::kValue;
  bool url = false;  ///< may go on behind the chunk: the tail of a query
  bool found() const { return end > begin; }
};

/// `classes`: the union of the bytes' classes. `before`, `after`: the bytes around the chunk, 0 at the ends.
ChunkSlot ClassifyChunk(std::string_view chunk, uint8_t classes, char before, char after, int coarseness);

}  // namespace yk::logs
