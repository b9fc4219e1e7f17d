// SPDX-License-Identifier: Apache-2.0
#include "sinks/html_sink.h"

#include <algorithm>

#include "base/file.h"
#include "sinks/built_file.h"
#include "sinks/html_report.h"

namespace yk::sinks {

Result<void> HtmlSink::Open(const std::optional<store::DeliveryCursor>& resume) {
  next_row_ = resume ? resume->next_row : 0;
  return CheckCanBuild(options_.path);
}

Result<void> HtmlSink::Write(std::span<const store::RowResult> rows) {
  if (!rows.empty()) next_row_ = std::max(next_row_, rows.back().row_id + 1);
  return {};
}

Result<store::DeliveryCursor> HtmlSink::Flush() { return store::DeliveryCursor{next_row_, 0, 0, {}}; }

Result<void> HtmlSink::Close(const Json&) {
  auto report = BuildHtmlReport(options_);
  if (!report) return Fail(std::move(report).error().With("building " + options_.path.string()));
  return WriteFileAtomic(options_.path, *report);
}

}  // namespace yk::sinks
