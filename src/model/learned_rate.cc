// SPDX-License-Identifier: Apache-2.0
#include "model/learned_rate.h"

#include <algorithm>
#include <cmath>

namespace yk::model {
namespace {

/// After a refusal the rate begins this part below the estimate …
constexpr double kBelow = 0.1;
/// … reaches it after this time and a multiple of the pause, so that dear refusals are rare, and then passes it: a
/// cubic, flat where the rate is right.
constexpr Duration kRecoveryMin = std::chrono::seconds(5), kRecoveryMax = std::chrono::minutes(5);
constexpr int kPausesPerRecovery = 5;
/// So far above the estimate it is no limit any more.
constexpr double kForgetAt = 4;
/// The first refusal tells the rate and an unknown full bucket together: a careful beginning that is soon corrected.
constexpr double kFirstShare = 0.8, kFirstRecovery = 0.5, kFirstAhead = 0.4;
/// Of what is shorter, no rate can be told.
constexpr Duration kInstant = std::chrono::milliseconds(1);
constexpr size_t kMarksMax = 64;
/// A pause in the work during which the server's bucket fills up: what went through before it says nothing.
constexpr Duration kIdle = std::chrono::seconds(1);
constexpr double kIdleRequests = 5;

double Seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
Duration FromSeconds(double s) { return Duration(static_cast<int64_t>(s * 1e9)); }

}  // namespace

void LearnedRate::BeginMeasuring(MonoTime now, std::optional<Duration> pause_before) {
  begin_ = now;
  sent_ = refused_ = 0;
  marks_.clear();
  stride_ = 1;
  pause_before_ = pause_before;
}

void LearnedRate::OnSent(MonoTime now) {
  const double rate = Rate(now);
  const double idle = std::max(Seconds(kIdle), rate > 0 ? kIdleRequests / rate : 0);
  if (begin_ == MonoTime::max() || Seconds(now - std::max(begin_, sent_last_)) > idle) BeginMeasuring(now, {});
  sent_last_ = now;
  if (sent_++ % stride_ == 0) marks_.push_back(now);
  if (marks_.size() > kMarksMax) {
    for (size_t i = 0; 2 * i < marks_.size(); ++i) marks_[i] = marks_[2 * i];
    marks_.resize((marks_.size() + 1) / 2);
    stride_ *= 2;
  }
  pacer_.Debit(now, 1);
}

void LearnedRate::OnNotThrough(MonoTime sent) {
  if (sent >= begin_) ++refused_;
}

void LearnedRate::OnRefused(MonoTime now, MonoTime until, bool apply) {
  rate_refused_ = Rate(now);
  applied_ = apply || rate_refused_ > 0;
  refused_at_ = now;
  until_ = until;
}

void LearnedRate::Extend(MonoTime until) { until_ = std::max(until_, until); }

MonoTime LearnedRate::EligibleAt(MonoTime now) {
  // Only now: until the pause is over, more refusals of the same burst correct the count.
  if (refused_at_ && now >= until_) Measure();
  pacer_.SetLimit(60 * Rate(now));
  return pacer_.EligibleAt(1);
}

double LearnedRate::Rate(MonoTime now) const {
  if (!applied_ || estimate_ <= 0) return 0;
  const double x = Seconds(now - estimated_at_) / Seconds(recovery_) - 1;
  const double rate = estimate_ * (1 + kBelow * x * x * x);
  return rate < kForgetAt * estimate_ ? rate : 0;
}

double LearnedRate::Estimate(MonoTime refused_at) const {
  // The whole has too little where the bucket ran over while the rate was low; the later half has too much, which is
  // what the bucket held.
  const double through = static_cast<double>(sent_ - refused_);
  const Duration active = std::max<Duration>(refused_at - begin_, kInstant);
  const double whole = through / Seconds(active + pause_before_.value_or(Duration::zero()));
  double late = through / 2 / Seconds(std::max<Duration>(refused_at - marks_[marks_.size() / 2], kInstant));
  // What was refused was too fast, whatever was counted.
  if (rate_refused_ > 0) late = std::min(late, rate_refused_);
  double estimate = std::sqrt(whole * late);
  if (!pause_before_) estimate *= kFirstShare;
  return rate_refused_ > 0 ? std::min(estimate, rate_refused_) : estimate;
}

void LearnedRate::Measure() {
  const MonoTime refused_at = *refused_at_;
  const Duration pause = until_ - refused_at;
  Duration empty = pause;
  if (sent_ > refused_) {
    estimate_ = Estimate(refused_at);
  } else if (pause_before_) {
    // Nothing got through: the server is very slow or out of order. What gets through next will tell, over all the
    // time.
    empty += *pause_before_ + (refused_at - begin_);
  }
  estimated_at_ = until_;
  recovery_ = std::min<Duration>(kRecoveryMin + kPausesPerRecovery * pause, kRecoveryMax);
  if (!pause_before_) {
    recovery_ = FromSeconds(kFirstRecovery * Seconds(recovery_));
    estimated_at_ -= FromSeconds(kFirstAhead * Seconds(recovery_));  // it is low already
  }
  refused_at_.reset();
  BeginMeasuring(until_, empty);
  sent_last_ = until_;
}

}  // namespace yk::model
