// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"

namespace yk::model {

/// Spaces requests so that a server's stated limit per minute is never met: the generic cell rate algorithm (ITU-T
/// I.371), one virtual clock instead of a bucket that must be filled. Units are requests or tokens. Pure: time comes
/// in as an argument. Without a known limit everything is eligible at once.
class Pacer {
 public:
  /// How far requests may run ahead of their even spacing: enough to hide scheduling, less than any bucket behind a
  /// stated limit.
  static constexpr Duration kAhead = std::chrono::milliseconds(200);

  /// `share`: which part of the stated limit is used.
  explicit Pacer(double share, Duration ahead = kAhead) : share_(share), ahead_(ahead) {}

  /// Units per minute. Forgets nothing that was debited. 0 or less: no limit.
  void SetLimit(double per_minute);
  bool limited() const { return unit_ > Duration::zero(); }

  /// When `cost` may be sent; `now` or earlier: at once.
  MonoTime EligibleAt(double cost) const;

  void Debit(MonoTime now, double cost);
  /// Settles an estimate: `difference` = true cost - debited cost.
  void Correct(double difference);

  /// What the server says is left of its window, and when the window is full again.
  void Observe(MonoTime now, double remaining, std::optional<std::chrono::milliseconds> reset);

 private:
  const double share_;
  const Duration ahead_;
  Duration unit_{};     ///< time one unit takes at the paced rate
  MonoTime next_{};     ///< when all that was debited is paid off
  MonoTime blocked_{};  ///< the server said that nothing is left until then
};

/// Exponentially weighted mean of about the last `samples` values.
class Ewma {
 public:
  explicit Ewma(double samples) : weight_(2 / (samples + 1)) {}
  void Add(double value) {
    value_ = filled_ ? value_ + weight_ * (value - value_) : value;
    filled_ = true;
  }
  double value_or(double other) const { return filled_ ? value_ : other; }

 private:
  double weight_;
  double value_ = 0;
  bool filled_ = false;
};

}  // namespace yk::model
