// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <random>

#include "base/clock.h"
#include "base/error.h"

namespace yk::model {

struct BreakerOptions {
  int failures_max = 5;                          ///< that many in a row and nothing between them
  Duration patience = std::chrono::seconds(20);  ///< or two in a row, the first this long ago
  Duration rest_min = std::chrono::seconds(1);   ///< first pause before a probe; doubles
  Duration rest_max = std::chrono::seconds(15);
  Duration quota_rest = std::chrono::seconds(30);  ///< first pause after a refused key or quota
  uint64_t seed = 1;
};

/// Leaves a dead endpoint alone: after failures in a row it opens, and lets single requests through as probes until
/// one of them comes back alive. Pure: no thread, no clock.
class Breaker {
 public:
  explicit Breaker(BreakerOptions options) : options_(options), random_(options.seed) {}

  enum class Gate { kPass, kProbe, kWait };
  /// kProbe promises the caller's request to be the only one until its outcome; kWait: see `probe_at`.
  Gate Ask(MonoTime now) const;
  /// The request that Ask let pass is really sent.
  void OnSent(MonoTime now);

  void OnAlive();
  /// The endpoint lives, as far as a question tells that is none of the run's: pauses do not begin anew from the first.
  void OnCanaryAlive();
  /// `ask` tells questions apart: one question that breaks each connection does not make an endpoint dead.
  void OnDead(MonoTime now, uint64_t ask, const Error& error);
  void OnQuota(MonoTime now, const Error& error);
  /// The outcome said nothing (cancelled by us): a probe's place is free again.
  void OnNothing();

  bool open() const { return opened_at_.has_value(); }
  std::optional<MonoTime> opened_at() const { return opened_at_; }
  MonoTime probe_at() const { return probing_ ? MonoTime::max() : probe_at_; }
  bool quota() const { return quota_; }
  /// More than one question has failed since the last sign of life.
  bool several() const { return several_; }
  const Error& reason() const { return reason_; }

 private:
  void Open(MonoTime now, Duration rest_first);

  BreakerOptions options_;
  std::mt19937_64 random_;
  int failures_ = 0;
  MonoTime first_failure_{};
  uint64_t first_ask_ = 0;
  bool several_ = false;
  std::optional<MonoTime> opened_at_;
  MonoTime probe_at_{};
  Duration rest_{};
  bool probing_ = false;
  bool quota_ = false;
  Error reason_;
};

}  // namespace yk::model
