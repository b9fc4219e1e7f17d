// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <condition_variable>
#include <mutex>

namespace yk {

MonoTime SystemClock::Now() const { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

WallTime SystemClock::WallNow() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bool SystemClock::SleepUntil(MonoTime t, std::stop_token stop) const {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_until(lock, stop, t, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace yk
