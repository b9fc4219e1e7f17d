// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_clock.h"

namespace yk::testing {

MonoTime FakeClock::Now() const {
  MutexLock lock(mutex_);
  return now_;
}

WallTime FakeClock::WallNow() const {
  MutexLock lock(mutex_);
  return WallTime(std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch() + wall_offset_));
}

bool FakeClock::SleepUntil(MonoTime t, std::stop_token stop) const YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  MutexLock lock(mutex_);
  if (auto_advance_) {
    if (now_ < t) now_ = t;
    return !stop.stop_requested();
  }
  ++sleepers_;
  wake_.wait(mutex_, stop, [&]() YK_REQUIRES(mutex_) { return now_ >= t; });
  --sleepers_;
  return now_ >= t;
}

void FakeClock::Advance(Duration d) {
  {
    MutexLock lock(mutex_);
    now_ += d;
  }
  wake_.notify_all();
}

void FakeClock::JumpWall(std::chrono::milliseconds d) {
  MutexLock lock(mutex_);
  wall_offset_ += d;
}

int FakeClock::sleepers() const {
  MutexLock lock(mutex_);
  return sleepers_;
}

}  // namespace yk::testing
