// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/pacer.h"

namespace yk::model {

/// The rate that a refusing server lets through, learned from the refusals alone. A server whose bucket is empty at two
/// refusals has let through in between what it earns in that time; so each refusal measures the time since the one
/// before. Requests are then spaced below that rate, come near it quickly, stay near it long, and pass it by more and
/// more until the next refusal or until it no longer matters. Pure: time comes in as an argument.
class LearnedRate {
 public:
  void OnSent(MonoTime now);
  /// A request sent at `sent` was refused, or was never sent.
  void OnNotThrough(MonoTime sent);
  /// The first refusal of a burst, heard at `now`; nothing will be sent before `until`. `apply`: it is the rate that is
  /// refused; else it is only measured.
  void OnRefused(MonoTime now, MonoTime until, bool apply);
  /// A later one of the burst that asks to wait longer.
  void Extend(MonoTime until);

  MonoTime EligibleAt(MonoTime now);

  /// Requests a second; 0: no limit applies.
  double Rate(MonoTime now) const;

 private:
  void Measure();
  double Estimate(MonoTime refused_at) const;
  void BeginMeasuring(MonoTime now, std::optional<Duration> pause_before);

  Pacer pacer_{1.0, kAhead};
  double estimate_ = 0;
  MonoTime estimated_at_{};
  Duration recovery_{};
  bool applied_ = false;

  MonoTime begin_ = MonoTime::max();      ///< of what is being measured; max: nothing was sent yet
  std::optional<Duration> pause_before_;  ///< how long nothing was sent before; unset: longer than is known
  int64_t sent_ = 0, refused_ = 0;
  std::vector<MonoTime> marks_;  ///< when every `stride_`th request went out
  int64_t stride_ = 1;
  MonoTime sent_last_{};
  std::optional<MonoTime> refused_at_;  ///< set while a pause lasts
  double rate_refused_ = 0;             ///< in force then
  MonoTime until_{};

  /// Small, because buckets of fast servers may hold no more than some hundredths of a second.
  static constexpr Duration kAhead = std::chrono::milliseconds(10);
};

}  // namespace yk::model
