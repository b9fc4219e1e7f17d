// SPDX-License-Identifier: Apache-2.0
#include "model/governor.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace yk::model {
namespace {

constexpr int kSuccessesPerRaise = 10;
constexpr double kGoodputGrowth = 1.03;
constexpr double kSmoothing = 0.2;
/// However quick the answers are, slow start takes this time to grow by a factor of e: a server's bucket can only be
/// told from its rate over a time in which the rate counts. Beyond what services allow, requests a second, it hurries.
constexpr double kSlowStartSeconds = 0.5, kSlowStartHurry = 0.1, kServiceRate = 1000;
/// Before anything is known about latency.
constexpr Duration kBlockFirst = std::chrono::milliseconds(250);
constexpr Duration kBlockMin = std::chrono::milliseconds(20);
constexpr int kSoonForRate = 2;
constexpr double kRoom = 1.5;
constexpr double kBusyWeight = 2.0 / 31;
constexpr Duration kSoon = std::chrono::seconds(15);
/// After so long without a refusal a server counts as one that queues, and the gradient judges again.
constexpr Duration kRefusalMemory = std::chrono::minutes(10);
/// A step with fewer answers is noise, whatever its length.
constexpr int kStepAnswers = 10;
/// English and Japanese prompts lie between 2 and 4 bytes per token; used until usage figures arrive.
constexpr double kTokensPerByte = 0.3;

/// When latency has not been seen at its best for most of the window, a lower limit shows what it is without a queue.
constexpr double kLookDownAge = 0.8, kLookDownTo = 0.7;

/// The best of many noisy steps lies below what is normal by about this much.
constexpr double kTolerance = 1.03;
/// Seconds; what takes less takes no time, and must not be divided by.
constexpr double kInstant = 1e-9;
/// Latency so much above its best means a queue and not noise.
constexpr double kQueueing = 0.7;

double Seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
Duration FromSeconds(double s) { return Duration(static_cast<int64_t>(s * 1e9)); }

}  // namespace

Governor::Governor(GovernorOptions options)
    : options_(options),
      random_(options.seed),
      limit_(options.fixed > 0 ? options.fixed : std::clamp(options.start, 1, std::max(1, options.limit_max))),
      requests_(options.header_share),
      tokens_(options.header_share) {
  if (options_.requests_per_minute) requests_.SetLimit(*options_.requests_per_minute);
  if (options_.tokens_per_minute) tokens_.SetLimit(*options_.tokens_per_minute);
}

Governor::Decision Governor::TryAdmit(MonoTime now, size_t prompt_bytes, int tokens_max) {
  if (now < blocked_until_) return {std::nullopt, blocked_until_};
  if (in_flight_ >= limit()) return {};
  const double bytes = static_cast<double>(prompt_bytes);
  const double estimated = bytes * tokens_per_byte_.value_or(kTokensPerByte) +
                           std::min<double>(tokens_max, tokens_out_.value_or(tokens_max));
  const MonoTime eligible =
      std::max({requests_.EligibleAt(1), tokens_.EligibleAt(estimated), learned_.EligibleAt(now)});
  if (eligible > now) return {std::nullopt, eligible};
  learned_.OnSent(now);
  requests_.Debit(now, 1);
  tokens_.Debit(now, estimated);
  ++in_flight_;
  return {GovernorTicket{now, limit(), 2 * in_flight_ >= limit(), estimated, prompt_bytes}};
}

void Governor::Release(const GovernorTicket& ticket) {
  --in_flight_;
  tokens_.Correct(-ticket.tokens_estimated);
  learned_.OnNotThrough(ticket.sent);
}

void Governor::OnOutcome(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  --in_flight_;
  Learn(now, ticket, outcome);
  if (options_.fixed > 0) return;
  using Kind = GovernorOutcome::Kind;
  if (outcome.kind == Kind::kOther) return;
  busy_share_ += kBusyWeight * ((outcome.kind == Kind::kSuccess ? 0 : 1) - busy_share_);
  if (outcome.kind == Kind::kSuccess) return OnSuccess(now, ticket, outcome);
  learned_.OnNotThrough(ticket.sent);
  const bool accident = outcome.kind == Kind::kBusy && !outcome.retry_after && busy_share_ < options_.busy_share;
  if (!accident) OnRefused(now, ticket, outcome);
}

void Governor::Learn(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  const RateHeaders& rate = outcome.rate;
  if (rate.requests_limit) {
    requests_.SetLimit(std::min(*rate.requests_limit, options_.requests_per_minute.value_or(*rate.requests_limit)));
  }
  if (rate.tokens_limit) {
    tokens_.SetLimit(std::min(*rate.tokens_limit, options_.tokens_per_minute.value_or(*rate.tokens_limit)));
  }
  if (rate.requests_remaining) requests_.Observe(now, *rate.requests_remaining, rate.requests_reset);
  if (rate.tokens_remaining) tokens_.Observe(now, *rate.tokens_remaining, rate.tokens_reset);

  const double used = static_cast<double>(outcome.tokens_in + outcome.tokens_out);
  // A refused request cost nothing; a failed one without usage figures may have cost all of its estimate.
  const bool refused = outcome.kind == GovernorOutcome::Kind::kRefused || outcome.kind == GovernorOutcome::Kind::kBusy;
  if (used > 0 || refused) tokens_.Correct(used - ticket.tokens_estimated);
  if (outcome.tokens_out > 0) tokens_out_.Add(static_cast<double>(outcome.tokens_out));
  if (outcome.tokens_in > 0 && ticket.prompt_bytes > 0) {
    tokens_per_byte_.Add(static_cast<double>(outcome.tokens_in) / static_cast<double>(ticket.prompt_bytes));
  }
}

bool Governor::refuses(MonoTime now) const { return refused_at_ && now - *refused_at_ < kRefusalMemory; }

void Governor::OnSuccess(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  refusals_ = 0;
  latency_.Add(Seconds(now - ticket.sent));
  step_.latency += Seconds(now - ticket.sent);
  step_.tokens += static_cast<double>(std::max<int64_t>(1, outcome.tokens_out));
  ++step_.answers;
  if (step_.begin == MonoTime{}) step_.begin = ticket.sent;
  CloseStep(now);

  // An answer to a request that did not need the whole limit is no reason to raise it.
  if (!Filled(ticket) || (stalled_ && !refuses(now))) return;
  if (slow_start_) {
    const double latency = Seconds(now - ticket.sent);
    Raise(now, std::min(1.0, latency / (limit_ < kServiceRate * latency ? kSlowStartSeconds : kSlowStartHurry)));
  } else if (refuses(now) && ++successes_ >= kSuccessesPerRaise) {
    successes_ = 0;
    Raise(now, 1);
  }
}

/// The server's own figure is kept to the millisecond: not earlier, and not later either, because it is often a
/// fraction rounded up to a second. Without one, what is in flight has time to come back; longer each time nothing
/// does.
Duration Governor::BlockFor(const GovernorOutcome& outcome) {
  if (outcome.retry_after && outcome.retry_after->count() > 0) return *outcome.retry_after;
  const Duration first = FromSeconds(latency_.value_or(Seconds(kBlockFirst)));
  const double longer = static_cast<double>(1 << std::min(refusals_, 10));
  const double block = Seconds(std::clamp(first, kBlockMin, options_.block_max)) * longer;
  std::uniform_real_distribution<double> jitter(0.75, 1.25);
  return FromSeconds(std::min(block, Seconds(options_.block_max)) * jitter(random_));
}

/// Once the rate is known, it is what holds the requests back; a limit that cuts into it would only waste some.
double Governor::RoomForRate(MonoTime now) const { return 1 + kRoom * learned_.Rate(now) * latency_.value_or(0); }

void Governor::OnRefused(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  // Those sent before a refusal was heard are refused together; one pause and one cut answer them all.
  if (refused_at_ && ticket.sent <= *refused_at_) {
    if (!outcome.retry_after) return;
    blocked_until_ = std::max(blocked_until_, now + Duration(*outcome.retry_after));
    return learned_.Extend(blocked_until_);
  }
  blocked_until_ = std::max(blocked_until_, now + BlockFor(outcome));
  ++refusals_;
  const bool again_soon = refused_at_ && now - *refused_at_ < kSoon;
  soon_ = again_soon ? soon_ + 1 : 0;
  // A server with so many places refuses too. A limit finds their number, and that holds; a rate is refused again.
  const bool rate = outcome.kind == GovernorOutcome::Kind::kRefused && outcome.retry_after;
  learned_.OnRefused(now, blocked_until_, rate || soon_ >= kSoonForRate);
  refused_at_ = now;
  slow_start_ = false;
  looking_down_ = 0;
  // A limit that was not in use is not what the server refused; nor is one that has been lowered since.
  if (!Filled(ticket) || ticket.limit > limit()) return;
  const double failed = limit_;
  limit_ = std::max({1.0, std::floor(limit_ * options_.cut), std::min(failed, RoomForRate(now))});
  // Refused again before the last pause has paid off: the ceiling that was remembered is too high, go halfway down.
  ceiling_ = again_soon ? (failed + limit_) / 2 : std::max(1.0, failed - 1);
  ceiling_until_ = now + options_.ceiling_ttl;
  successes_ = 0;
}

void Governor::Raise(MonoTime now, double by) {
  double top = options_.limit_max;
  if (now < ceiling_until_) top = std::min(top, std::max({ceiling_, limit_, RoomForRate(now)}));
  limit_ = std::clamp(limit_ + by, 1.0, std::max(1.0, top));
}

void Governor::CloseStep(MonoTime now) {
  // A step shorter than an answer takes would see the limit's change before its effect.
  const Duration length = std::max(options_.gradient_step, FromSeconds(latency_.value_or(0)));
  const double seconds = Seconds(now - step_.begin);
  if (now - step_.begin < length || step_.answers < kStepAnswers) return;
  const Step step = std::exchange(step_, Step{now, 0, 0, 0});
  if (refuses(now)) {
    goodput_.clear();
    return;
  }
  const double tau = std::max(kInstant, step.latency / step.tokens);
  if (LookDown(now, tau)) return;
  tau_.Add(tau);
  stalled_ = GoodputStalled(step.tokens / seconds);
  if (slow_start_) LeaveSlowStart(tau);
  FollowGradient(now, tau_.value_or(tau));
}

bool Governor::GoodputStalled(double rate) {
  goodput_.push_back({limit_, rate});
  if (goodput_.size() < 3) return false;
  if (goodput_.size() > 3) goodput_.pop_front();
  const bool raised = goodput_[1].limit >= goodput_[0].limit * kGoodputGrowth;
  return raised && std::max(goodput_[1].rate, rate) < goodput_[0].rate * kGoodputGrowth;
}

/// Doubling runs past the mark by its nature; back in one step to where the queue it made would be gone.
void Governor::LeaveSlowStart(double tau) {
  if (tau_lows_.empty()) return;
  const double g = std::clamp(tau_lows_.front().second / tau, 0.25, 1.0);
  if (!stalled_ && g > kQueueing) return;
  slow_start_ = false;
  limit_ = std::min(limit_, std::max(1.0, limit_ * g + std::sqrt(limit_)));
}

/// Without this, the best latency would be forgotten while a queue stands, the queue would become the new normal, and
/// the limit would climb without end. Two steps: one for the queue to drain, one to measure.
bool Governor::LookDown(MonoTime now, double tau) {
  if (looking_down_ == 0) {
    const bool stale =
        !tau_lows_.empty() && Seconds(now - tau_lows_.front().first) > kLookDownAge * Seconds(options_.tau_window);
    if (!stale || slow_start_) return false;
    looking_down_ = 2;
    limit_before_ = limit_;
    limit_ = std::max(1.0, limit_ * kLookDownTo);
    return true;
  }
  if (--looking_down_ > 0) return true;
  limit_ = limit_before_;
  tau_lows_.assign(1, {now, std::min(tau, tau_.value_or(tau))});
  goodput_.clear();
  stalled_ = false;
  return true;
}

void Governor::FollowGradient(MonoTime now, double tau) {
  while (!tau_lows_.empty() && tau_lows_.back().second >= tau) tau_lows_.pop_back();
  tau_lows_.emplace_back(now, tau);
  while (now - tau_lows_.front().first > options_.tau_window) tau_lows_.pop_front();
  if (slow_start_) return;
  const double g = std::clamp(kTolerance * tau_lows_.front().second / tau, 0.5, 1.0);
  const double wanted = limit_ * g + std::sqrt(limit_);
  if (wanted > limit_ && stalled_) return;
  Raise(now, kSmoothing * (wanted - limit_));
}

}  // namespace yk::model
