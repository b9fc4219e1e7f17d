// SPDX-License-Identifier: Apache-2.0
#include "testing/rate_simulation.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace yk::testing {
RateSimulation::RateSimulation(RateServerOptions options, int rows, uint64_t seed)
    : options_(options), rows_(rows), random_(seed), bucket_(options.burst) {
  for (int row = 0; row < rows; ++row) waiting_.push_back(row);
}

SimulationResult RateSimulation::Run(RateClient& client) {
  client_ = &client;
  client.Pump(*this);
  while (settled_ < rows_ && !events_.empty()) {
    Event event = events_.top();
    events_.pop();
    now_ = event.time;
    event.action();
    client.Pump(*this);
  }
  result_.makespan = now_;
  return result_;
}

void RateSimulation::At(double time, std::function<void()> action) {
  events_.push({std::max(time, now_), ++seq_, std::move(action)});
}

void RateSimulation::Lose(int) {
  ++settled_;
  ++result_.lost;
}

bool RateSimulation::TakeToken() {
  if (options_.per_second <= 0) return true;
  // Filled in two pieces where a dip begins or ends in between.
  const double half = std::max(0.0, std::min(now_, options_.dip_end) - std::max(filled_at_, options_.dip_begin));
  bucket_ = std::min(options_.burst, bucket_ + options_.per_second * (now_ - filled_at_ - half / 2));
  filled_at_ = now_;
  if (bucket_ < 1) return false;
  bucket_ -= 1;
  return true;
}

std::optional<Refusal> RateSimulation::Refuses() {
  if (options_.accidents > 0 && Uniform(0, 1) < options_.accidents) return Refusal{true};
  if (options_.turns_away && busy_ >= options_.slots) return Refusal{};
  if (TakeToken()) return std::nullopt;
  Refusal refusal;
  if (options_.retry_after) {
    refusal.retry_after = std::chrono::seconds(static_cast<int64_t>(std::ceil((1 - bucket_) / options_.per_second)));
  }
  return refusal;
}

void RateSimulation::Send(int row) {
  result_.in_flight_max = std::max(result_.in_flight_max, ++in_flight_);
  if (const auto refusal = Refuses()) {
    ++result_.refused;
    At(now_ + options_.refusal_seconds, [this, row, refusal] {
      --in_flight_;
      client_->OnRefused(*this, row, *refusal);
    });
    return;
  }
  const double sigma = options_.latency_sigma;
  const double factor = std::lognormal_distribution<>(-sigma * sigma / 2, sigma)(random_);
  const double tokens =
      options_.tokens_mean * factor * std::lognormal_distribution<>(0, options_.tokens_sigma)(random_);
  Work work{row, now_, options_.latency_mean * factor, std::max<int64_t>(1, static_cast<int64_t>(tokens))};
  if (options_.slots > 0 && busy_ >= options_.slots)
    queue_.push_back(work);
  else
    Begin(work);
}

void RateSimulation::Begin(Work work) {
  ++busy_;
  if (options_.slots > 0) {
    work.seconds *= 1 + options_.thrash * static_cast<double>(queue_.size()) / options_.slots;
  }
  At(now_ + work.seconds, [this, work] { Finish(work); });
}

void RateSimulation::Finish(const Work& work) {
  --busy_;
  --in_flight_;
  ++settled_;
  if (!queue_.empty()) {
    const Work next = queue_.front();
    queue_.pop_front();
    Begin(next);
  }
  client_->OnAnswer(*this, work.row, work.tokens, work.sent);
}

namespace {

/// Fixed concurrency with exponential back-off per row, inside the slot (it stays taken) or outside.
class FixedClient final : public RateClient {
 public:
  FixedClient(int in_flight, int retries, bool outside) : free_(in_flight), retries_(retries), outside_(outside) {}

  void Pump(RateSimulation& simulation) override {
    while (free_ > 0 && !simulation.waiting().empty()) {
      const int row = simulation.waiting().front();
      simulation.waiting().pop_front();
      --free_;
      simulation.Send(row);
    }
  }
  void OnAnswer(RateSimulation&, int, int64_t, double) override { ++free_; }
  void OnRefused(RateSimulation& simulation, int row, const Refusal&) override {
    const int tries = ++tries_[row];
    if (tries > retries_) {
      ++free_;
      return simulation.Lose(row);
    }
    const double pause = std::min(60.0, std::pow(2.0, tries - 1)) * simulation.Uniform(0.5, 1);
    if (outside_) ++free_;
    simulation.At(simulation.now() + pause, [this, &simulation, row] {
      if (outside_)
        simulation.waiting().push_front(row);
      else
        simulation.Send(row);
    });
  }

 private:
  int free_;
  const int retries_;
  const bool outside_;
  std::map<int, int> tries_;
};

class PausingClient final : public RateClient {
 public:
  void Pump(RateSimulation& simulation) override {
    while (simulation.now() >= paused_until_ && free_ > 0 && !simulation.waiting().empty()) {
      const int row = simulation.waiting().front();
      simulation.waiting().pop_front();
      --free_;
      simulation.Send(row);
    }
  }
  void OnAnswer(RateSimulation&, int, int64_t, double) override { ++free_; }
  void OnRefused(RateSimulation& simulation, int row, const Refusal&) override {
    ++free_;
    if (++tries_[row] > 10)
      simulation.Lose(row);
    else
      simulation.waiting().push_front(row);
    if (simulation.now() < paused_until_) return;
    paused_until_ = simulation.now() + 10;
    simulation.WakeAt(paused_until_);
  }

 private:
  int free_ = 200;
  double paused_until_ = 0;
  std::map<int, int> tries_;
};

/// AIMD as it is often written: every refusal cuts, also the many that one overshoot causes.
class PlainAimdClient final : public RateClient {
 public:
  void Pump(RateSimulation& simulation) override {
    while (simulation.now() >= blocked_until_ && in_flight_ < static_cast<int>(limit_) &&
           !simulation.waiting().empty()) {
      const int row = simulation.waiting().front();
      simulation.waiting().pop_front();
      ++in_flight_;
      simulation.Send(row);
    }
  }
  void OnAnswer(RateSimulation&, int, int64_t, double) override {
    --in_flight_;
    if (++successes_ % 25 == 0) limit_ = std::min(200.0, limit_ + 1);
  }
  void OnRefused(RateSimulation& simulation, int row, const Refusal&) override {
    --in_flight_;
    simulation.waiting().push_front(row);
    limit_ = std::max(1.0, std::floor(limit_ * 0.75));
    blocked_until_ = simulation.now() + 2;
    simulation.WakeAt(blocked_until_);
  }

 private:
  int in_flight_ = 0, successes_ = 0;
  double limit_ = 200, blocked_until_ = 0;
};

class GovernedClient final : public RateClient {
 public:
  using Kind = model::GovernorOutcome::Kind;
  explicit GovernedClient(model::GovernorOptions options) : governor_(options) {}

  void Pump(RateSimulation& simulation) override {
    while (!simulation.waiting().empty()) {
      const auto decision = governor_.TryAdmit(simulation.mono(), 1000, 1024);
      if (!decision.ticket) {
        if (decision.retry_at != MonoTime::max() && decision.retry_at != wake_) {
          wake_ = decision.retry_at;
          simulation.WakeAt(simulation.now() + std::chrono::duration<double>(wake_ - simulation.mono()).count() + 1e-6);
        }
        return;
      }
      const int row = simulation.waiting().front();
      simulation.waiting().pop_front();
      tickets_[row] = *decision.ticket;
      simulation.Send(row);
    }
  }
  void OnAnswer(RateSimulation& simulation, int row, int64_t tokens, double) override {
    Report(simulation, row, Kind::kSuccess, tokens);
  }
  void OnRefused(RateSimulation& simulation, int row, const Refusal& refusal) override {
    Report(simulation, row, refusal.busy ? Kind::kBusy : Kind::kRefused, 0, refusal.retry_after);
    simulation.waiting().push_back(row);
  }

 private:
  void Report(RateSimulation& simulation, int row, Kind kind, int64_t tokens,
              std::optional<std::chrono::milliseconds> retry_after = {}) {
    model::GovernorOutcome outcome;
    outcome.kind = kind;
    outcome.retry_after = retry_after;
    outcome.tokens_in = tokens > 0 ? 300 : 0;
    outcome.tokens_out = tokens;
    governor_.OnOutcome(simulation.mono(), tickets_.at(row), outcome);
    tickets_.erase(row);
  }

  model::Governor governor_;
  MonoTime wake_{};
  std::map<int, model::GovernorTicket> tickets_;
};

}  // namespace

std::unique_ptr<RateClient> MakeFixedClient(int in_flight, int retries) {
  return std::make_unique<FixedClient>(in_flight, retries, /*outside=*/false);
}

std::unique_ptr<RateClient> MakeGovernedClient(model::GovernorOptions options) {
  return std::make_unique<GovernedClient>(options);
}

std::unique_ptr<RateClient> MakeRateClient(const std::string& name, uint64_t seed) {
  model::GovernorOptions options;
  options.seed = seed;
  options.limit_max = 200;
  if (name == kRateClients[0]) return std::make_unique<FixedClient>(200, 5, /*outside=*/true);
  if (name == kRateClients[1]) return MakeFixedClient(200, 5);
  if (name == kRateClients[2]) return MakeFixedClient(64, 5);
  if (name == kRateClients[3]) return std::make_unique<PausingClient>();
  if (name == kRateClients[4]) return std::make_unique<PlainAimdClient>();
  if (name == kRateClients[5]) return MakeGovernedClient(options);
  if (name != kRateClients[6]) return nullptr;
  options.ceiling_ttl = std::chrono::hours(24);
  return MakeGovernedClient(options);
}

}  // namespace yk::testing
