// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/types.h"

namespace yk::pipeline {

/// A row as it crosses a barrier between two stages: what the stage before made of it, and where it came from.
struct StageRow {
  int64_t row_id = 0;  ///< in the stage before
  store::RowStatus status = store::RowStatus::kOk;
  std::string source;         ///< payload of the source's row; empty for rows that stand for several
  Json output;                ///< RowResult::output, parsed
  int64_t derived_from = -1;  ///< row of the next stage this one is a duplicate of
  Json first_values;          ///< of a duplicate: the fields of that row, which later questions are made of
};

std::string StageRowToPayload(const StageRow& row);
Result<StageRow> StageRowFromPayload(const std::string& payload);

/// What a barrier may do besides looking at the row at hand.
struct BarrierIo {
  std::function<Result<void>(StageRow)> emit;      ///< sends a row to the next stage
  std::function<Result<StageRow>(int64_t)> fetch;  ///< a row of the stage before, again
};

/// A step that must see all rows before the next step may begin: dedupe, reduce by a key. Runs on one thread, rows in
/// row order. It is run again from the start after a crash, so it must be a function of its rows.
class Barrier {
 public:
  virtual ~Barrier() = default;
  virtual Result<std::vector<std::string>> Fields(std::vector<std::string> before) const = 0;
  /// Whether rows must bring RowTask::text_key along, as "_text_key" of their output.
  virtual bool ComparesText() const { return false; }
  virtual Result<void> Add(StageRow row, const BarrierIo& io) = 0;
  virtual Result<void> End(const BarrierIo& io) = 0;
};

}  // namespace yk::pipeline
