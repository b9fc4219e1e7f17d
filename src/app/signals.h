// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <stop_token>
#include <thread>

#include "base/clock.h"

namespace yk::app {

/// Tells a wish to stop from the wish to stop at once. One act may send several signals: `timeout` signals the group
/// and the child, a terminal and a supervisor may both speak; what comes within half a second of the first is the same.
class StopWishes {
 public:
  enum class Wish { kStop, kSame, kStopAtOnce };
  Wish Take(MonoTime now);

 private:
  std::optional<MonoTime> first_;
};

/// Turns Ctrl-C and SIGTERM into a stop request: the run gives its leases back and says how to resume. A second one
/// ends the process at once, which loses nothing either. Make it before any other thread starts.
class SignalWatch {
 public:
  explicit SignalWatch(const Clock& clock);
  ~SignalWatch();
  std::stop_token token() const { return stop_.get_token(); }

 private:
  const Clock& clock_;
  StopWishes wishes_;
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace yk::app
