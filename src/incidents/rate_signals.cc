// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "incidents/find_signals.h"
#include "incidents/report.h"

namespace yk::incidents {
namespace {

constexpr double kRatioMin = 2;  ///< of a burst
constexpr double kDropRatioMax = .8;

class RateSignals {
 public:
  RateSignals(const LogView& log, std::vector<Signal>* signals) : log_(log), signals_(signals) {}

  void Look(uint32_t id) {
    const logs::Template& tmpl = log_.at(id);
    if (log_.bins() < 4) return Grave(id);
    const size_t before = signals_->size();
    Rise(id);
    if (tmpl.count >= 40 && !tmpl.continuation && !Silence(id)) Drop(id);
    if (signals_->size() == before && tmpl.count <= 3) Grave(id);
  }

 private:
  void Add(Signal signal, const Window& window) {
    signal.begin = window.begin;
    signal.end = window.end;
    log_.SetTimes(&signal, true);
    signals_->push_back(std::move(signal));
  }

  /// A step up that lasts most of the log is only one when nothing of the kind was there before it.
  Window Highest(const TemplateView& view) const {
    const Window any = HighestWindow(view.counts, view.rhythm, .97);
    if (any.expected <= 0) return any;
    const Window burst = HighestWindow(view.counts, view.rhythm, .6);
    const Window step = HighestStep(view.counts, view.rhythm);
    return step.llr > burst.llr * 1.1 ? step : burst;
  }

  void Rise(uint32_t id) {
    const TemplateView& view = log_.view(id);
    const Window window = Highest(view);
    const double llr =
        std::min(window.llr, RatioWithin(view.counts, log_.clock(), window)) / view.dispersion - kWindowsTried;
    const bool nothing_before = window.begin > 0 && Sum(std::span(view.counts).first(window.begin)) == 0;
    if (llr <= 3 || window.count < kRatioMin * window.expected || window.count < 3) return;
    double score = Strength(llr) * view.importance;
    const double ratio = window.count / std::max(.5, window.expected);
    score *= std::min(1.0, .4 + .3 * std::log2(std::max(1.0, ratio)) / 2);
    const double again = Recurrence(view.counts, view.rhythm, window);
    if (again > .4) score *= std::max(0.0, 1 - (again - .4) / .4);
    Signal signal;
    signal.template_id = id;
    signal.lines = static_cast<uint64_t>(window.count);
    signal.expected = window.expected;
    signal.observed = window.count;
    if (nothing_before && window.expected < 1) {
      signal.kind = SignalKind::kNew;
      // A new kind of warning is worth more than more of a known one; new good news is a new release.
      if (view.importance > .5) score *= 1.2;
      signal.text = Grouped(signal.lines) + " lines of a kind that was not there before";
    } else {
      signal.kind = SignalKind::kBurst;
      signal.text = window.expected < 1 ? Grouped(signal.lines) + " lines, and nearly none at other times"
                                        : fmt::format("{} lines, {} as many as at other times", Grouped(signal.lines),
                                                      Times(window.count, window.expected));
    }
    signal.score = score;
    if (score > 0) Add(std::move(signal), window);
  }

  /// Came all the time and then did not: the longest run of empty bins between or after busy ones.
  bool Silence(uint32_t id) {
    const TemplateView& view = log_.view(id);
    const auto gap = LongestGap(view.counts, view.rhythm, view.dispersion);
    if (!gap) return false;
    Signal signal;
    signal.kind = SignalKind::kSilence;
    signal.template_id = id;
    signal.expected = gap->expected;
    signal.lines = static_cast<uint64_t>(gap->expected);
    signal.score = Strength(gap->llr) * std::max(1.0, .6 * view.importance);
    signal.text = fmt::format("no line where about {} were to be expected", Grouped(signal.lines));
    Add(std::move(signal), *gap);
    return true;
  }

  void Drop(uint32_t id) {
    const TemplateView& view = log_.view(id);
    const Window window = LowestWindow(view.counts, view.rhythm, .4);
    const double llr = window.llr / view.dispersion - kWindowsTried;
    if (llr <= 12 || window.count > kDropRatioMax * window.expected) return;
    // Fewer failures are no incident.
    if (view.importance > .5) return;
    // What comes only now and then has gaps everywhere.
    if (BusyShare(view.counts, window) < .8) return;
    Signal signal;
    signal.kind = SignalKind::kDrop;
    signal.template_id = id;
    signal.expected = window.expected;
    signal.observed = window.count;
    signal.lines = static_cast<uint64_t>(window.expected - window.count);
    const double missing = 1 - window.count / window.expected;
    // What ends for good or nearly so (a batch window that is over) is weaker evidence than a dent.
    const double again = Recurrence(Inverse(view, window), view.rhythm, window);
    signal.score = Strength(llr) * .9 * (again > .5 ? .3 : 1) * std::min(1.0, .6 + missing);
    signal.text =
        fmt::format("{} lines where about {} were to be expected", Grouped(static_cast<uint64_t>(window.count)),
                    Grouped(static_cast<uint64_t>(window.expected)));
    Add(std::move(signal), window);
  }

  /// Share of the bins outside of the window that hold any line.
  static double BusyShare(const Series& counts, const Window& window) {
    double bins = 0, busy = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      if (i >= window.begin && i < window.end) continue;
      ++bins;
      busy += counts[i] > 0 ? 1 : 0;
    }
    return bins > 0 ? busy / bins : 0;
  }

  /// Lines missing against the rate outside of the window, bin by bin.
  static Series Inverse(const TemplateView& view, const Window& window) {
    const Series& traffic = view.rhythm;
    const Series& counts = view.counts;
    double outside = 0, share = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      if (i >= window.begin && i < window.end) continue;
      outside += counts[i];
      share += traffic[i];
    }
    Series missing(counts.size(), 0);
    for (size_t i = 0; i < counts.size(); ++i) {
      missing[i] = std::max(0.0, (share > 0 ? outside / share * traffic[i] : 0) - counts[i]);
    }
    return missing;
  }

  /// Without a timeline, or with too few lines for one: what they say is all there is.
  void Grave(uint32_t id) {
    const logs::Template& tmpl = log_.at(id);
    const TemplateView& view = log_.view(id);
    const bool error = tmpl.main_level() >= logs::Level::kError;
    if (tmpl.continuation || (!error && view.failure < 1)) return;
    Signal signal;
    signal.kind = SignalKind::kFailure;
    signal.template_id = id;
    signal.lines = tmpl.count;
    signal.score = .6 * view.importance;
    // Rare among all lines says more than frequent.
    if (log_.bins() < 4)
      signal.score *= 1 + std::log1p(static_cast<double>(log_.log().lines) / (10.0 * tmpl.count)) / 4;
    signal.text = tmpl.count == 1 ? "one line that says so" : Grouped(tmpl.count) + " lines that say so";
    if (log_.bins() > 0 && tmpl.first_time != logs::kNoTime) {
      const logs::TimeGrid& grid = log_.log().grid;
      signal.begin = grid.CoarseOf(grid.BinOf(tmpl.first_time));
      signal.end = grid.CoarseOf(grid.BinOf(tmpl.last_time)) + 1;
      signal.from = tmpl.first_time;
      signal.to = tmpl.last_time;
    }
    signals_->push_back(std::move(signal));
  }

  const LogView& log_;
  std::vector<Signal>* signals_;
};

}  // namespace

std::string Times(double observed, double expected) {
  const double times = observed / std::max(expected, 1e-9);
  return times < 10 ? fmt::format("{:.1f} times", times) : fmt::format("{:.0f} times", times);
}

std::string_view SignalName(SignalKind kind) {
  static constexpr std::string_view kNames[] = {"burst",    "new",   "drop",     "silence", "shift",
                                                "dominant", "trend", "sequence", "session", "failure"};
  return kNames[static_cast<size_t>(kind)];
}

void FindRateSignals(const LogView& log, std::vector<Signal>* signals) {
  RateSignals rates(log, signals);
  for (uint32_t id = 0; id < log.size(); ++id) rates.Look(id);
}

}  // namespace yk::incidents
