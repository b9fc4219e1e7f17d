// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "testing/fake_model/script.h"

namespace yk::testing {

/// The capacity dip and the token bucket of a script. Times are seconds since the first request.
class RateGate {
 public:
  explicit RateGate(const FakeModelScript& script) : script_(&script), tokens_(script.burst) {}

  /// 1, or the dip's factor inside its window.
  double FactorAt(double now) const;

  /// Takes a token. False: none is left.
  bool Take(double now);

  double tokens() const { return tokens_; }
  /// Seconds until `tokens` are there.
  double SecondsUntil(double tokens, double now) const;

 private:
  const FakeModelScript* script_;
  double tokens_;
  double at_ = 0;
};

}  // namespace yk::testing
