// SPDX-License-Identifier: Apache-2.0
// A simulated model server and clients that send rows to it, in simulated time: what a rate governor is judged by.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/governor.h"

namespace yk::testing {

struct RateServerOptions {
  double per_second = 10, burst = 60;            ///< token bucket; per_second 0: never refuses
  double dip_begin = 0, dip_end = 0;             ///< seconds during which the bucket fills at half the rate
  int slots = 0;                                 ///< > 0: so many answers are made at a time, the rest queue
  bool turns_away = false;                       ///< … are refused instead
  double thrash = 0;                             ///< by which part work slows down per slots-full of waiting requests
  double latency_mean = 4, latency_sigma = 0.5;  ///< seconds, log-normal
  double tokens_mean = 200;                      ///< answer length, in proportion to latency …
  double tokens_sigma = 0.3;                     ///< … but for this much log-normal noise
  double refusal_seconds = 0.05;                 ///< a refusal is quick: one round trip
  bool retry_after = false;                      ///< refusals say how long to wait, in whole seconds
  double accidents = 0;                          ///< part of the requests that get a bare 503, whatever the rate is
};

struct Refusal {
  bool busy = false;  ///< 503 instead of 429
  std::optional<std::chrono::milliseconds> retry_after{};
};

struct SimulationResult {
  double makespan = 0;  ///< seconds until the last row had its fate
  int64_t refused = 0;  ///< answers 429 and 503
  int64_t lost = 0;     ///< rows given up
  int in_flight_max = 0;
};

class RateSimulation;

/// A policy: when to send which row. Called in simulated time, one thread.
class RateClient {
 public:
  virtual ~RateClient() = default;
  /// Sends what may be sent now by calling simulation.Send.
  virtual void Pump(RateSimulation& simulation) = 0;
  virtual void OnAnswer(RateSimulation& simulation, int row, int64_t tokens, double sent) = 0;
  virtual void OnRefused(RateSimulation& simulation, int row, const Refusal& refusal) = 0;
};

class RateSimulation {
 public:
  RateSimulation(RateServerOptions options, int rows, uint64_t seed);
  SimulationResult Run(RateClient& client);

  double now() const { return now_; }
  MonoTime mono() const { return MonoTime(std::chrono::hours(1)) + Duration(static_cast<int64_t>(now_ * 1e9)); }
  /// Rows not yet sent, or returned by the client.
  std::deque<int>& waiting() { return waiting_; }
  void Send(int row);
  void At(double time, std::function<void()> action);
  void WakeAt(double time) {
    At(time, [] {});
  }
  void Lose(int row);
  double Uniform(double from, double to) { return std::uniform_real_distribution<>(from, to)(random_); }

 private:
  struct Event {
    double time;
    uint64_t seq;
    std::function<void()> action;
    bool operator<(const Event& other) const { return std::tie(other.time, other.seq) < std::tie(time, seq); }
  };
  struct Work {
    int row;
    double sent, seconds;
    int64_t tokens;
  };
  bool TakeToken();
  std::optional<Refusal> Refuses();
  void Begin(Work work);
  void Finish(const Work& work);

  const RateServerOptions options_;
  const int rows_;
  std::mt19937_64 random_;
  RateClient* client_ = nullptr;
  std::priority_queue<Event> events_;
  uint64_t seq_ = 0;
  double now_ = 0, bucket_, filled_at_ = 0;
  std::deque<int> waiting_;
  std::deque<Work> queue_;
  int busy_ = 0, in_flight_ = 0, settled_ = 0;
  SimulationResult result_;
};

/// The clients of the comparison; `name` as in its table. Empty when the name is unknown.
std::unique_ptr<RateClient> MakeRateClient(const std::string& name, uint64_t seed);

/// A fixed number in flight, back-off while the slot is held, `retries` tries more.
std::unique_ptr<RateClient> MakeFixedClient(int in_flight, int retries);

/// The real Governor, asked as the router asks it.
std::unique_ptr<RateClient> MakeGovernedClient(model::GovernorOptions options);

inline const std::vector<std::string> kRateClients = {"fixed 200, back-off outside the slot, 5 retries",
                                                      "fixed 200, back-off inside the slot, 5 retries",
                                                      "fixed 64, back-off inside the slot, 5 retries",
                                                      "fixed 200, global 10 s pause on 429, 10 retries",
                                                      "AIMD from 200, window 25, every 429 cuts",
                                                      "governor",
                                                      "governor, ceiling kept for ever"};

}  // namespace yk::testing
