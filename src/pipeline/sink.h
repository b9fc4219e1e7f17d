// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "store/result_log.h"

namespace yk::pipeline {

/// Where results go. Called on one thread, rows in row_id order without gaps. RowResult::output is the finished JSON
/// object of the row (decisions.md 17): {"_id","_source","_status",<fields>,"_evidence"}; for rows that are not ok
/// "_error" instead of fields.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Stable within the job: the delivery cursor's key, for example "jsonl:out/risk.jsonl".
  virtual std::string Name() const = 0;

  /// Without `resume` the sink starts anew: what stood there before is replaced (by rename, so a reader never sees
  /// half a file of mixed jobs). With it, everything behind the cursor is cut and writing goes on.
  virtual Result<void> Open(const std::optional<store::DeliveryCursor>& resume) = 0;

  virtual Result<void> Write(std::span<const store::RowResult> rows) = 0;

  /// What was written is on disk; the cursor to store. A crash between Flush and the stored cursor repeats no row,
  /// because Open cuts.
  virtual Result<store::DeliveryCursor> Flush() = 0;

  /// All rows are in. Sinks that build their file at the end do it here. `summary` is the job's summary as JSON.
  virtual Result<void> Close(const Json& summary) = 0;
};

}  // namespace yk::pipeline
