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

/// Seconds that a client would need that knew the server's bucket: all tokens used as they come, one latency at the
/// end.
double Ideal(const RateServerOptions& server, int rows) {
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

/// Not among the goals: buckets so small that the pause after a refusal is longer than they last.
void PrintSmallBuckets(const Options& options) {
  fmt::print("\nsmall buckets, short answers: makespan / ideal (median, worst seed), 429s, rows lost\n");
  for (const auto& [rate, burst, latency] :
       {std::tuple{200.0, 100.0, 0.2}, std::tuple{10.0, 10.0, 0.5}, std::tuple{50.0, 200.0, 1.0}}) {
    RateServerOptions server;
    server.per_second = rate;
    server.burst = burst;
    server.latency_mean = latency;
    const Summary s = Measure("governor", server, options);
    fmt::print("{:>4.0f}/s, burst {:>4.0f}, {:.1f} s latency: {:.3f} {:.3f} {:>6.0f} {:>5.0f}\n", rate, burst, latency,
               s.ratio_median, s.ratio_worst, s.refused, s.lost);
  }
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
  PrintSmallBuckets(options);
  good = PrintSaturation(options) && good;
  const double refused = SecondsToPause(0.001), stalled = SecondsToPause(10);
  fmt::print(
      "\ndead endpoint: paused after {:.1f} s when connections are refused, {:.1f} s when they time out after 10 s\n",
      refused, stalled);
  good = good && refused <= 30 && stalled <= 30;
  fmt::print("{}\n", good ? "goals met" : "GOALS MISSED");
  return good ? 0 : 1;
}
