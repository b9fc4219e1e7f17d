// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <thread>

namespace yk::app {

/// Turns Ctrl-C and SIGTERM into a stop request: the run gives its leases back and says how to resume. A second one
/// ends the process at once, which loses nothing either. Make it before any other thread starts.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace yk::app
