// SPDX-License-Identifier: Apache-2.0
#include "model/pacer.h"

#include <algorithm>

namespace yk::model {
namespace {

Duration Times(Duration unit, double count) {
  // An hour is "not in this life" for a pacer; the bound keeps absurd limits from overflowing the clock.
  const double ns = std::min(static_cast<double>(unit.count()) * count, 3.6e12);
  return Duration(static_cast<int64_t>(ns));
}

}  // namespace

void Pacer::SetLimit(double per_minute) {
  unit_ =
      per_minute > 0 ? Duration(std::max<int64_t>(1, static_cast<int64_t>(60e9 / (per_minute * share_)))) : Duration{};
}

MonoTime Pacer::EligibleAt(double cost) const {
  if (!limited()) return blocked_;
  // A single request dearer than the head start must still pass, when all before it is paid off.
  const Duration ahead = std::max(Duration::zero(), ahead_ - Times(unit_, cost));
  return std::max(blocked_, next_ - ahead);
}

void Pacer::Debit(MonoTime now, double cost) {
  if (limited()) next_ = std::max(next_, now) + Times(unit_, cost);
}

void Pacer::Correct(double difference) {
  if (!limited()) return;
  next_ += difference >= 0 ? Times(unit_, difference) : -Times(unit_, -difference);
}

void Pacer::Observe(MonoTime now, double remaining, std::optional<std::chrono::milliseconds> reset) {
  if (remaining >= 1 || !reset || *reset <= std::chrono::milliseconds::zero()) return;
  blocked_ = std::max(blocked_, now + std::min<Duration>(*reset, std::chrono::minutes(10)));
}

}  // namespace yk::model
