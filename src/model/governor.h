// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <random>

#include "base/clock.h"
#include "model/learned_rate.h"
#include "model/pacer.h"
#include "model/request.h"

namespace yk::model {

struct GovernorOptions {
  int start = 4;               ///< requests in flight at first
  int limit_max = 2048;        ///< never more; memory and sockets are the reason
  int fixed = 0;               ///< > 0: always this many in flight, nothing is learned (backends inside this process)
  double header_share = 0.96;  ///< which part of a stated limit is used
  std::optional<double> requests_per_minute{},
      tokens_per_minute{};                           ///< as configured; what headers say is stricter or not
  double cut = 0.75;                                 ///< what a refusal leaves of the limit
  Duration block_max = std::chrono::seconds(2);      ///< longest pause after a refusal without Retry-After
  double busy_share = 0.25;                          ///< of recent answers; so many bare 503s are no accident
  Duration ceiling_ttl = std::chrono::seconds(60);   ///< how long the limit at which a refusal came is not passed
  Duration gradient_step = std::chrono::seconds(2);  ///< how often latency is judged
  Duration tau_window = std::chrono::minutes(5);     ///< how long the best latency is remembered
  uint64_t seed = 1;
};

/// What was known when a request was let through.
struct GovernorTicket {
  MonoTime sent{};
  int limit = 0;        ///< in force then
  bool filled = false;  ///< the limit was in use then, so that its success says something about it
  double tokens_estimated = 0;
  size_t prompt_bytes = 0;
};

struct GovernorOutcome {
  enum class Kind {
    kSuccess,  ///< an answer came
    kRefused,  ///< 429: too much
    kBusy,     ///< 503: without a time to wait an accident of one request, or too much when there are many
    kOther,    ///< neither says anything about the rate
  };
  Kind kind = Kind::kOther;
  int64_t tokens_in = 0, tokens_out = 0;
  std::optional<std::chrono::milliseconds> retry_after;
  RateHeaders rate;
};

/// Keeps one endpoint at its best rate without configured numbers: pacers for limits that a server states, AIMD and a
/// learned rate for servers that refuse, and for servers that queue instead of refusing a gradient over
/// token-normalised latency together with a stop rule on goodput (engine rules 5.4). Pure: no thread, no clock, random
/// numbers from a seed.
class Governor {
 public:
  explicit Governor(GovernorOptions options);

  struct Decision {
    std::optional<GovernorTicket> ticket;
    MonoTime retry_at = MonoTime::max();  ///< without a ticket; max: only an outcome can make room
  };
  Decision TryAdmit(MonoTime now, size_t prompt_bytes, int tokens_max);
  void OnOutcome(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome);
  /// The request was never sent or was cancelled by us.
  void Release(const GovernorTicket& ticket);

  int limit() const { return static_cast<int>(limit_); }
  int in_flight() const { return in_flight_; }
  bool blocked(MonoTime now) const { return now < blocked_until_; }

 private:
  struct Step {  ///< sums over one step of the gradient
    MonoTime begin{};
    double latency = 0, tokens = 0;
    int answers = 0;
  };
  struct Goodput {
    double limit = 0, rate = 0;
  };
  void Learn(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome);
  void OnSuccess(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome);
  void OnRefused(MonoTime now, const GovernorTicket& ticket, const GovernorOutcome& outcome);
  double RoomForRate(MonoTime now) const;
  Duration BlockFor(const GovernorOutcome& outcome);
  bool Filled(const GovernorTicket& ticket) const { return ticket.filled || 2 * (in_flight_ + 1) >= limit(); }
  void CloseStep(MonoTime now);
  bool GoodputStalled(double rate);
  void FollowGradient(MonoTime now, double tau);
  void LeaveSlowStart(double tau);
  bool LookDown(MonoTime now, double tau);
  void Raise(MonoTime now, double by);
  bool refuses(MonoTime now) const;

  const GovernorOptions options_;
  std::mt19937_64 random_;
  double limit_;
  int in_flight_ = 0;
  bool slow_start_ = true;
  int successes_ = 0;  ///< since the last raise
  MonoTime blocked_until_{};
  std::optional<MonoTime> refused_at_;
  int refusals_ = 0;       ///< bursts of them since the last answer
  int soon_ = 0;           ///< bursts of them that came soon after the one before, in a row
  double busy_share_ = 0;  ///< of about the last thirty answers
  double ceiling_ = 0;
  MonoTime ceiling_until_{};

  Pacer requests_, tokens_;
  LearnedRate learned_;
  Ewma tokens_out_{50}, tokens_per_byte_{50}, latency_{50};

  Step step_;
  Ewma tau_{5};
  std::deque<std::pair<MonoTime, double>> tau_lows_;  ///< rising values: the front is the window's minimum
  std::deque<Goodput> goodput_;                       ///< of the last steps, oldest first
  bool stalled_ = false;
  int looking_down_ = 0;     ///< steps left at a lowered limit
  double limit_before_ = 0;  ///< what the limit was before looking down
};

}  // namespace yk::model
