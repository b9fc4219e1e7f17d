// SPDX-License-Identifier: Apache-2.0
#include "model/breaker.h"

#include <algorithm>

namespace yk::model {

Breaker::Gate Breaker::Ask(MonoTime now) const {
  if (!open()) return Gate::kPass;
  return !probing_ && now >= probe_at_ ? Gate::kProbe : Gate::kWait;
}

void Breaker::OnSent(MonoTime) {
  if (open()) probing_ = true;
}

void Breaker::OnAlive() {
  OnCanaryAlive();
  rest_ = Duration::zero();
}

void Breaker::OnCanaryAlive() {
  failures_ = 0;
  several_ = false;
  opened_at_.reset();
  probing_ = false;
  quota_ = false;
}

void Breaker::OnDead(MonoTime now, uint64_t ask, const Error& error) {
  if (failures_ == 0) {
    first_failure_ = now;
    first_ask_ = ask;
  }
  ++failures_;
  several_ = several_ || ask != first_ask_;
  reason_ = error;
  const bool dead = failures_ >= options_.failures_max || (failures_ >= 2 && now - first_failure_ >= options_.patience);
  if (open() ? probing_ : dead) Open(now, options_.rest_min);
}

void Breaker::OnQuota(MonoTime now, const Error& error) {
  // Requests already on their way when the key was refused come back with the same answer; only a probe's counts.
  if (open() && quota_ && !probing_) return;
  if (!quota_) rest_ = Duration::zero();
  quota_ = true;
  several_ = true;
  reason_ = error;
  Open(now, options_.quota_rest);
}

void Breaker::OnNothing() { probing_ = false; }

void Breaker::Open(MonoTime now, Duration rest_first) {
  rest_ = rest_ == Duration::zero() ? rest_first : std::min(2 * rest_, std::max(rest_first, options_.rest_max));
  std::uniform_real_distribution<double> jitter(0.75, 1.25);
  probe_at_ = now + Duration(static_cast<int64_t>(static_cast<double>(rest_.count()) * jitter(random_)));
  if (!opened_at_) opened_at_ = now;
  probing_ = false;
}

}  // namespace yk::model
