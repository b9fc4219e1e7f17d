// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "pipeline/source.h"
#include "sources/log_analysis.h"

namespace yk::sources {

/// Rows are the incidents of logs, strongest first. The payload is the row itself: what was found stays found when the
/// log grows or goes. Secrets are masked, because rows go into prompts.
class LogSource final : public pipeline::Source {
 public:
  LogSource(LogAnalysisOptions options, int64_t limit) : options_(std::move(options)), limit_(limit) {}

  Result<std::string> Manifest() override;
  std::vector<std::string> Columns() const override;
  Result<std::vector<std::string>> Next(size_t max) override;
  Result<void> Skip(int64_t rows) override;
  Result<pipeline::Row> Load(int64_t row_id, const std::string& payload) const override;

 private:
  Result<void> Analyse();

  const LogAnalysisOptions options_;
  const int64_t limit_;
  bool analysed_ = false;
  std::vector<std::string> payloads_;
  size_t at_ = 0;
};

}  // namespace yk::sources
