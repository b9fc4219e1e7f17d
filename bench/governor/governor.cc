// SPDX-License-Identifier: Apache-2.0
// How near the governor comes to the best possible rate, in simulated time, beside six other ways to do it. Needs no
// clock of the machine: the figures are the same everywhere. Exit code 1: a row was lost, or the governor's own goals
// were missed.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "model/breaker.h"
#include "testing/rate_simulation.h"

namespace {

using yk::testing::MakeFixedClient;
using yk::testing::MakeGovernedClient;
using yk::testing::MakeRateClient;
using yk::testing::RateServerOptions;
using yk::testing::RateSimulation;

struct Options {
  int rows = 6000;
  int seeds = 10;
};

struct Summary {
  double ratio_median = 0, ratio_worst = 0;
  double refused = 0, lost = 0;  ///< mean over the seeds
};

RateServerOptions Server(bool dip) {
  RateServerOptions server;
  if (dip) {
    server.dip_begin = 200;
    server.dip_end = 320;
  }
  return server;
}

/// Seconds that a client would need that knew the server: all tokens of its bucket used as they come and one latency at
/// the end, or all its slots in use all the time.
double Ideal(const RateServerOptions& server, int rows) {
  if (server.per_second <= 0) return rows * server.latency_mean / server.slots;
  const double filling = std::max(0.0, (rows - server.burst) / server.per_second);
  const double missing = (std::min(filling, server.dip_end) - std::min(filling, server.dip_begin)) / 2;
  return filling + missing + server.latency_mean;
}

Summary Measure(const std::string& client, const RateServerOptions& server, const Options& options) {
  Summary summary;
  std::vector<double> ratios;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    RateSimulation simulation(server, options.rows, static_cast<uint64_t>(seed));
    const auto policy = MakeRateClient(client, static_cast<uint64_t>(seed));
    const auto result = simulation.Run(*policy);
    ratios.push_back(result.makespan / Ideal(server, options.rows));
    summary.refused += static_cast<double>(result.refused) / options.seeds;
    summary.lost += static_cast<double>(result.lost) / options.seeds;
  }
  std::sort(ratios.begin(), ratios.end());
  summary.ratio_median = ratios[ratios.size() / 2];
  summary.ratio_worst = ratios.back();
  return summary;
}

/// Rows per second over the seeds, slowest seed, on a server that queues instead of refusing.
template <typename Make>
std::pair<double, double> Goodput(const RateServerOptions& server, const Options& options, Make make) {
  double sum = 0, worst = 1e9;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    RateSimulation simulation(server, options.rows, static_cast<uint64_t>(seed));
    const auto policy = make(static_cast<uint64_t>(seed));
    const double rate = options.rows / simulation.Run(*policy).makespan;
    sum += rate / options.seeds;
    worst = std::min(worst, rate);
  }
  return {sum, worst};
}

struct Saturation {
  std::string name;
  RateServerOptions server;
  int best_fixed = 0;
  double best = 0, ours = 0, ours_worst = 0;
};

Saturation Saturate(std::string name, RateServerOptions server, const Options& options) {
  server.per_second = 0;
  Saturation out{std::move(name), server, 0, 0, 0, 0};
  for (int fixed = server.slots / 4; fixed <= server.slots * 8; fixed = std::max(fixed + 1, fixed * 5 / 4)) {
    const double rate = Goodput(server, options, [&](uint64_t) { return MakeFixedClient(fixed, 0); }).first;
    if (rate <= out.best) continue;
    out.best = rate;
    out.best_fixed = fixed;
  }
  std::tie(out.ours, out.ours_worst) = Goodput(server, options, [](uint64_t seed) {
    yk::model::GovernorOptions governor;
    governor.seed = seed;
    return MakeGovernedClient(governor);
  });
  return out;
}

/// Seconds from the first refused connection to the pause, when each try takes `each` seconds to fail.
double SecondsToPause(double each) {
  yk::model::Breaker breaker({});
  const yk::MonoTime begin(std::chrono::hours(1));
  for (int i = 0;; ++i) {
    const double at = each * (1 + i / 4);  // four in flight, as the governor starts
    breaker.OnDead(begin + yk::Duration(static_cast<int64_t>(at * 1e9)), static_cast<uint64_t>(i), {});
    if (breaker.open()) return at;
  }
}

bool PrintClients(const Options& options) {
  bool good = true;
  fmt::print("{} rows, {} seeds; 10 requests/s, burst 60, 4 s log-normal latency, 200 in flight allowed\n",
             options.rows, options.seeds);
  fmt::print("makespan / ideal (median, worst seed), 429s, rows lost (means)\n\n");
  fmt::print("{:<50} {:>22}   {:>22}\n", "", "steady", "half rate for 120 s");
  for (const auto& client : yk::testing::kRateClients) {
    const Summary steady = Measure(client, Server(false), options);
    const Summary dip = Measure(client, Server(true), options);
    auto cell = [](const Summary& s) {
      return fmt::format("{:.3f} {:.3f} {:>6.0f} {:>5.0f}", s.ratio_median, s.ratio_worst, s.refused, s.lost);
    };
    fmt::print("{:<50} {:>22}   {:>22}\n", client, cell(steady), cell(dip));
    if (client != "governor") continue;
    good = good && steady.lost + dip.lost == 0 && steady.ratio_median <= 1.06 && dip.ratio_median <= 1.18;
  }
  return good;
}

/// Where a pause of seconds would cost more than the refusal: quick answers, small buckets, waits rounded up to a
/// second, and servers that refuse a few requests for no reason of rate.
bool PrintShortAnswers(const Options& options) {
  struct Case {
    const char* name;
    RateServerOptions server;
    int rows;
    double goal;
  };
  auto server = [](double rate, double burst, double latency) {
    RateServerOptions out;
    out.per_second = rate;
    out.burst = burst;
    out.latency_mean = latency;
    out.refusal_seconds = std::min(out.refusal_seconds, latency / 4);
    return out;
  };
  auto asking = server(400, 50, 0.02);
  asking.retry_after = true;
  auto accidental = server(0, 0, 0.02);
  accidental.slots = 8;
  accidental.accidents = 0.02;
  auto full = server(0, 0, 0.5);
  full.slots = 16;
  full.turns_away = true;
  bool good = true;
  fmt::print("\nshort answers, small buckets: makespan / ideal (median, worst seed), refusals, rows lost\n");
  for (const auto& [name, with, rows, goal] :
       {Case{"200/s, burst 100, 0.2 s latency", server(200, 100, 0.2), options.rows, 1.1},
        Case{"10/s, burst 10, 0.5 s latency", server(10, 10, 0.5), options.rows, 1.1},
        Case{"50/s, burst 200, 1.0 s latency", server(50, 200, 1), options.rows, 1.1},
        Case{"400/s, burst 50, 0.02 s, Retry-After", asking, options.rows, 1.25},
        Case{"the same, 3,000 rows", asking, 3000, 1.25},
        Case{"8 slots, 0.02 s latency, 2 % of bare 503", accidental, options.rows, 1.05},
        Case{"16 slots, 0.5 s latency, refuses when full", full, options.rows, 1.1}}) {
    Options scaled = options;
    scaled.rows = rows;
    const Summary s = Measure("governor", with, scaled);
    fmt::print("{:<42} {:.3f} {:.3f} {:>6.0f} {:>5.0f}\n", name, s.ratio_median, s.ratio_worst, s.refused, s.lost);
    good = good && s.lost == 0 && s.ratio_median <= goal;
  }
  return good;
}

bool PrintSaturation(const Options& options) {
  bool good = true;
  fmt::print("\nservers that queue instead of refusing: rows/s, beside the best of fixed concurrencies\n");
  struct Case {
    const char* name;
    int slots;
    double thrash, goal;
  };
  for (const auto& [name, slots, thrash, goal] :
       {Case{"8 slots", 8, 0, 0.95}, Case{"32 slots", 32, 0, 0.95}, Case{"200 slots", 200, 0, 0.95},
        Case{"32 slots, slower when overfull", 32, 0.2, 0.9}}) {
    RateServerOptions server;
    server.slots = slots;
    server.thrash = thrash;
    Options scaled = options;
    scaled.rows = std::max(options.rows, slots * 200);  // long enough that finding the limit is not all there is
    const Saturation s = Saturate(name, server, scaled);
    fmt::print("{:<34} best {:.2f} at {:>3}, governor {:.2f} = {:.1f} % (worst seed {:.1f} %)\n", s.name, s.best,
               s.best_fixed, s.ours, 100 * s.ours / s.best, 100 * s.ours_worst / s.best);
    good = good && s.ours >= goal * s.best;
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--n") options.rows = std::atoi(argv[i + 1]);
    if (name == "--seeds") options.seeds = std::atoi(argv[i + 1]);
  }
  if (options.rows <= 0 || options.seeds <= 0) {
    fmt::print(stderr, "usage: yk_bench_governor [--n ROWS] [--seeds N]\n");
    return 2;
  }
  bool good = PrintClients(options);
  good = PrintShortAnswers(options) && good;
  good = PrintSaturation(options) && good;
  const double refused = SecondsToPause(0.001), stalled = SecondsToPause(10);
  fmt::print(
      "\ndead endpoint: paused after {:.1f} s when connections are refused, {:.1f} s when they time out after 10 s\n",
      refused, stalled);
  good = good && refused <= 30 && stalled <= 30;
  fmt::print("{}\n", good ? "goals met" : "GOALS MISSED");
  return good ? 0 : 1;
}
