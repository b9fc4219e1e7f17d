// SPDX-License-Identifier: Apache-2.0
// The rows of a chunk: which are missing, and how they get their one result.
#pragma once

#include <vector>

#include "sqlite/connection.h"
#include "store/job_rules.h"

namespace yk::sqlite {

/// The rows a chunk still owes, with their payloads. kCorrupt when their number is not what the chunk says.
Result<std::vector<store::InputRow>> MissingRows(Connection& db, const store::ChunkRecord& chunk);

/// The generation that results of this chunk are written in.
Result<int64_t> GenerationOf(Connection& db, const store::ChunkRecord& chunk);

/// Stores a result unless the row has one already that is final in the chunk's generation. True: stored.
Result<bool> PutResult(Connection& db, const store::ChunkRecord& chunk, const store::RowResult& result,
                       int64_t generation);

struct Fill {
  store::RowStatus status;
  std::string meta;
  int64_t rows_max;
};
/// Gives the lowest missing rows a result without output. Returns how many.
Result<int64_t> FillMissing(Connection& db, const store::ChunkRecord& chunk, const Fill& fill);

}  // namespace yk::sqlite
