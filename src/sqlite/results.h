// SPDX-License-Identifier: Apache-2.0
// Reading results and keeping delivery cursors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sqlite/connection.h"
#include "store/result_log.h"

namespace yk::sqlite {

struct ScanRange {
  store::JobId job;
  int stage = 0;
  int64_t from = 0;
  int64_t max = 0;
};
/// Without gaps, for sinks.
Result<std::vector<store::RowResult>> ReadResults(Connection& db, const ScanRange& range);
/// With gaps, for listings.
Result<std::vector<store::RowResult>> ScanResults(Connection& db, const ScanRange& range, bool errors_only);
Result<std::string> ReadInput(Connection& db, store::JobId job, int stage, int64_t row_id);
Result<void> WriteCursor(Connection& db, store::JobId job, const std::string& sink,
                         const store::DeliveryCursor& cursor);
Result<std::optional<store::DeliveryCursor>> ReadCursor(Connection& db, store::JobId job, const std::string& sink);

}  // namespace yk::sqlite
