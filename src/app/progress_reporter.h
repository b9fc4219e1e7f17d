// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "engine/progress.h"
#include "model/asker.h"

namespace yk::app {

/// Shows a run while it goes: one line that is redrawn on a terminal, a plain line now and then otherwise. Writes to
/// stderr, so that stdout stays for results.
class ProgressReporter {
 public:
  enum class Style { kTerminal, kLines, kSilent };

  /// A line on a terminal when stderr is one.
  static Style StyleFor(bool quiet);

  ProgressReporter(std::string job, Style style, const Clock& clock, const engine::Progress& progress,
                   std::function<model::AskerStats()> stats);
  ~ProgressReporter();

 private:
  void Loop(std::stop_token stop);
  std::string Line();
  /// Rows a second over the last quarter of a minute, so that the ETA follows the server's mood.
  double Rate();

  const std::string job_;
  const Style style_;
  const Clock& clock_;
  const engine::Progress& progress_;
  const std::function<model::AskerStats()> stats_;
  struct Mark {
    MonoTime at;
    int64_t rows;
  };
  std::deque<Mark> marks_;  ///< of the reporter's thread
  std::jthread thread_;
};

/// "1,234,567"
std::string Thousands(int64_t number);
/// "2 h 05 min", "3 min 20 s", "12 s", "0.4 s"
std::string HumanTime(Duration time);
/// As much of the text as fits into so many columns of a terminal; East Asian characters take two.
std::string FitColumns(std::string_view text, size_t columns);

}  // namespace yk::app
