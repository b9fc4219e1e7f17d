// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/rate_gate.h"

#include <algorithm>

namespace yk::testing {

double RateGate::FactorAt(double now) const {
  return now >= script_->dip_from_s && now < script_->dip_to_s ? script_->dip_factor : 1.0;
}

bool RateGate::Take(double now) {
  if (script_->rate <= 0) return true;
  const double span = std::max(0.0, now - at_);
  const double dipped = std::max(0.0, std::min(now, script_->dip_to_s) - std::max(at_, script_->dip_from_s));
  const double earned = script_->rate * (span - dipped + dipped * script_->dip_factor);
  tokens_ = std::min(std::max(script_->burst, 1.0), tokens_ + earned);
  at_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

double RateGate::SecondsUntil(double tokens, double now) const {
  const double rate = script_->rate * FactorAt(now);
  return rate <= 0 ? 3600 : std::max(0.0, (tokens - tokens_) / rate);
}

}  // namespace yk::testing
