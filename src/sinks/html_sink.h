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

/// Rows that a report shows unless the job says otherwise, and at most: browsers get slow with more.
inline constexpr int64_t kHtmlRowsUsual = 1000, kHtmlRowsMax = 10'000;

struct HtmlOptions {
  std::string name;  ///< see Sink::Name
  std::filesystem::path path;
  int64_t rows_max = kHtmlRowsUsual;
  std::filesystem::path base_dir;   ///< absolute; files of the evidence are relative to it
  std::vector<std::string> others;  ///< names of the job's other outputs, which have all rows
  store::JobId job;
  std::string job_name;
  WallTime created_at{};
  store::ResultLog* results = nullptr;
  int stage = 0;
  std::vector<Column> columns;
};

/// A report for people, in one file that needs nothing else: a table of the rows, and for each value the quote it rests
/// on within its surroundings and on its page. Built from the result log by Close, as the workbook is.
class HtmlSink final : public pipeline::Sink {
 public:
  explicit HtmlSink(HtmlOptions options) : options_(std::move(options)) {}

  std::string Name() const override { return options_.name; }
  /// Finds out now, and not after a night's work, whether the folder can be written.
  Result<void> Open(const std::optional<store::DeliveryCursor>& resume) override;
  Result<void> Write(std::span<const store::RowResult> rows) override;
  Result<store::DeliveryCursor> Flush() override;
  Result<void> Close(const Json& summary) override;

 private:
  const HtmlOptions options_;
  int64_t next_row_ = 0;
};

}  // namespace yk::sinks
