// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pipeline/sink.h"
#include "sinks/columns.h"
#include "store/result_log.h"

namespace yk::sinks {

struct XlsxOptions {
  std::string name;  ///< see Sink::Name
  std::filesystem::path path;
  std::string sheet;  ///< of the results; empty: the job's name
  store::JobId job;
  std::string job_name;
  WallTime created_at{};
  store::ResultLog* results = nullptr;
  int stage = 0;
  std::vector<Column> columns;
  std::vector<std::string> confidence;  ///< fields whose confidence has a column
};

/// A workbook for people: typed results with a filter, evidence as notes and as a sheet, lists of objects on sheets of
/// their own, rows that failed, a summary. A workbook cannot grow, so Close builds it from the result log into
/// `PATH.partial` and renames; a crash before costs only the time to build it again. Memory is bounded but for notes.
class XlsxSink final : public pipeline::Sink {
 public:
  explicit XlsxSink(XlsxOptions options) : options_(std::move(options)) {}

  std::string Name() const override { return options_.name; }
  /// Finds out now, and not after a night's work, whether the folder can be written.
  Result<void> Open(const std::optional<store::DeliveryCursor>& resume) override;
  Result<void> Write(std::span<const store::RowResult> rows) override;
  Result<store::DeliveryCursor> Flush() override;
  Result<void> Close(const Json& summary) override;

 private:
  const XlsxOptions options_;
  int64_t next_row_ = 0;
};

}  // namespace yk::sinks
