// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

namespace yk {

using Duration = std::chrono::nanoseconds;

/// Elapsed time: never jumps, has no date.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Wall time, milliseconds since 1970-01-01T00:00Z: what is stored and shown.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

inline int64_t ToUnixMs(WallTime t) { return t.time_since_epoch().count(); }
inline WallTime FromUnixMs(int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

/// The only source of time; injected, so tests own it. All calls are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonoTime Now() const = 0;
  virtual WallTime WallNow() const = 0;
  /// Sleeps until `t`. False: `stop` was requested first.
  virtual bool SleepUntil(MonoTime t, std::stop_token stop) const = 0;
};

/// The machine's clocks. One instance in `app`; libraries take Clock&.
class SystemClock final : public Clock {
 public:
  MonoTime Now() const override;
  WallTime WallNow() const override;
  bool SleepUntil(MonoTime t, std::stop_token stop) const override;
};

}  // namespace yk
