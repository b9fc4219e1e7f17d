// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include "app/progress_reporter.h"
#include "base/clock.h"
#include "hub/download.h"

namespace yk::app {

/// Shows a download on stderr while it goes: one line that is redrawn on a terminal, a plain line now and then
/// otherwise. Not thread-safe.
class DownloadProgress final : public hub::DownloadListener {
 public:
  DownloadProgress(ProgressReporter::Style style, const Clock& clock) : style_(style), clock_(clock) {}
  ~DownloadProgress() override;

  void Progress(const std::string& file, uint64_t done, uint64_t total) override;
  void Told(const std::string& sentence) override;

 private:
  std::string Line(const std::string& file, uint64_t done, uint64_t total);
  void Wipe();

  const ProgressReporter::Style style_;
  const Clock& clock_;
  std::string file_;
  struct Mark {
    MonoTime at;
    uint64_t done;
  };
  std::deque<Mark> marks_;  ///< of the file at hand, over the last quarter of a minute
  MonoTime next_line_{};
  int lines_ = 0;
  bool drawn_ = false;
};

}  // namespace yk::app
