// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/types.h"

namespace yk::store {

/// A sink's place in the results of a job's last stage.
struct DeliveryCursor {
  int64_t next_row = 0;  ///< every row below is delivered
  int64_t offset = 0;    ///< bytes of the sink's file that are certain; what lies behind is cut on resume
  uint32_t crc = 0;      ///< CRC-32 of those bytes
  std::string state;     ///< JSON text of the sink's own (for example the offset of a second file)
};

/// Reads what JobStore::Commit wrote, and keeps delivery cursors. Thread-safe.
class ResultLog {
 public:
  virtual ~ResultLog() = default;

  /// Results with row_id >= `from` in row order, without a gap: ends before the first row that has no result yet,
  /// or after `max` rows or about 8 MB.
  virtual Result<std::vector<RowResult>> Read(JobId job, int stage, int64_t from, int64_t max) = 0;

  /// Results with row_id >= `from` in row order, gaps and all, optionally of failed and quarantined rows only.
  virtual Result<std::vector<RowResult>> Scan(JobId job, int stage, int64_t from, int64_t max, bool errors_only) = 0;

  /// The payload a row was enqueued with.
  virtual Result<std::string> Input(JobId job, int stage, int64_t row_id) = 0;

  virtual Result<void> SaveCursor(JobId job, const std::string& sink, const DeliveryCursor& cursor) = 0;
  virtual Result<std::optional<DeliveryCursor>> LoadCursor(JobId job, const std::string& sink) = 0;
};

}  // namespace yk::store
