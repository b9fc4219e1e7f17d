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
  const MonoTime eligible = std::max(requests_.EligibleAt(1), tokens_.EligibleAt(estimated));
  if (eligible > now) return {std::nullopt, eligible};
  requests_.Debit(now, 1);
  tokens_.Debit(now, estimated);
  ++in_flight_;
  return {GovernorTicket{now, limit(), 2 * in_flight_ >= limit(), estimated, prompt_bytes}};
}

void Governor::Release(const GovernorTicket& ticket) {
  --in_flight_;
  tokens_.Correct(-ticket.tokens_estimated);
}

void Governor::OnOutcome(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  --in_flight_;
  Learn(now, ticket, outcome);
  if (options_.fixed > 0) return;
  if (outcome.kind == GovernorOutcome::Kind::kSuccess) OnSuccess(now, ticket, outcome);
  if (outcome.kind == GovernorOutcome::Kind::kRefused) OnRefused(now, ticket, outcome);
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
  if (used > 0 || outcome.kind == GovernorOutcome::Kind::kRefused) tokens_.Correct(used - ticket.tokens_estimated);
  if (outcome.tokens_out > 0) tokens_out_.Add(static_cast<double>(outcome.tokens_out));
  if (outcome.tokens_in > 0 && ticket.prompt_bytes > 0) {
    tokens_per_byte_.Add(static_cast<double>(outcome.tokens_in) / static_cast<double>(ticket.prompt_bytes));
  }
}

bool Governor::refuses(MonoTime now) const { return refused_at_ && now - *refused_at_ < kRefusalMemory; }

void Governor::OnSuccess(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  latency_.Add(Seconds(now - ticket.sent));
  step_.latency += Seconds(now - ticket.sent);
  step_.tokens += static_cast<double>(std::max<int64_t>(1, outcome.tokens_out));
  ++step_.answers;
  if (step_.begin == MonoTime{}) step_.begin = ticket.sent;
  CloseStep(now);

  // An answer to a request that did not need the whole limit is no reason to raise it.
  const bool filled = ticket.filled || 2 * (in_flight_ + 1) >= limit();
  if (!filled || (stalled_ && !refuses(now))) return;
  if (slow_start_) {
    Raise(now, 1);
  } else if (refuses(now) && ++successes_ >= kSuccessesPerRaise) {
    successes_ = 0;
    Raise(now, 1);
  }
}

void Governor::OnRefused(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome) {
  const Duration asked = outcome.retry_after ? Duration(*outcome.retry_after) : Duration::zero();
  std::uniform_real_distribution<double> jitter(0.75, 1.25);
  const double block = Seconds(std::max(asked, options_.block_min)) * jitter(random_);
  // The server's own figure is a promise not to answer earlier; jitter may only lengthen it.
  blocked_until_ = std::max(blocked_until_, now + std::max(asked, FromSeconds(block)));
  const bool again_soon = refused_at_ && now - *refused_at_ < kSoon;
  refused_at_ = now;
  slow_start_ = false;
  looking_down_ = 0;
  // Those sent under an earlier, higher limit are refused together; their refusal was already answered by one cut.
  if (ticket.limit > limit()) return;
  const double failed = limit_;
  limit_ = std::max(1.0, std::floor(limit_ * options_.cut));
  // Refused again before the last pause has paid off: the ceiling that was remembered is too high, go halfway down.
  ceiling_ = again_soon ? (failed + limit_) / 2 : std::max(1.0, failed - 1);
  ceiling_until_ = now + options_.ceiling_ttl;
  successes_ = 0;
}

void Governor::Raise(MonoTime now, double by) {
  double top = options_.limit_max;
  if (now < ceiling_until_) top = std::min(top, std::max(ceiling_, limit_));
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
  const double tau = step.latency / step.tokens;
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
