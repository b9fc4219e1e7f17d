// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sqlite/connection.h"
#include "store/types.h"

namespace yk::sqlite {

/// How a transaction moves rows between the columns of one stage's ledger. The table checks at every statement that
/// the columns still add up, so a wrong delta undoes its call instead of being stored.
struct LedgerDelta {
  int64_t rows = 0;
  int64_t by_status[5] = {};
  int64_t pending = 0, leased = 0, cancelled = 0;

  void Take(store::RowStatus status, int64_t n = 1) { by_status[static_cast<int>(status)] += n; }
};
Result<void> ApplyDelta(Connection& db, store::JobId job, int stage, const LedgerDelta& delta);

/// One ledger per stage; O(stages).
Result<std::vector<store::Ledger>> CountStages(Connection& db, store::JobId job);

/// Recounts every row and chunk of a job and compares. kCorrupt names the first difference.
Result<void> VerifyJob(Connection& db, store::JobId job);

}  // namespace yk::sqlite
