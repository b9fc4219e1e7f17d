// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/mutex.h"

namespace yk::testing {

/// Time that moves only by Advance; sleepers wake when their time has come. Both clocks move together.
/// With `auto_advance`, a sleeper moves the clock itself instead of blocking, for single-threaded simulations.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(bool auto_advance = false) : auto_advance_(auto_advance) {}

  MonoTime Now() const override;
  WallTime WallNow() const override;
  bool SleepUntil(MonoTime t, std::stop_token stop) const override;

  void Advance(Duration d);
  /// Moves only the wall clock, as an operator or NTP would.
  void JumpWall(std::chrono::milliseconds d);
  /// How many threads are inside SleepUntil.
  int sleepers() const;

 private:
  const bool auto_advance_;
  mutable Mutex mutex_;
  mutable CondVar wake_;
  mutable MonoTime now_ YK_GUARDED_BY(mutex_){std::chrono::hours(1)};
  mutable Duration wall_offset_ YK_GUARDED_BY(mutex_) = std::chrono::hours(24 * 365 * 54);
  mutable int sleepers_ YK_GUARDED_BY(mutex_) = 0;
};

}  // namespace yk::testing
