// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "incidents/find_signals.h"
#include "incidents/report.h"

namespace yk::incidents {
namespace {

using Known = std::unordered_map<std::string_view, uint32_t>;

/// Rates that differ by less are the same in a normal log and in this one.
constexpr double kSame = 1.5;

/// The highest share of a template's lines that falls into as much time as `bins` of `of` bins.
double Concentration(const Series& counts, size_t bins) {
  const double all = Sum(counts);
  if (all <= 0 || bins == 0) return 0;
  double sum = 0, best = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    sum += counts[i];
    if (i >= bins) sum -= counts[i - bins];
    best = std::max(best, sum);
  }
  return best / all;
}

/// Whether the normal log had the same: as many lines in as short a time.
bool NormalToo(const Signal& signal, const LogView& log, const LogView& normal, uint32_t id, double scale) {
  if (normal.bins() == 0 || log.bins() == 0) return false;
  const auto bins = std::max<size_t>(1, (signal.end - signal.begin) * normal.bins() / log.bins());
  const double there = Concentration(normal.view(id).counts, bins) * static_cast<double>(normal.at(id).count) * scale;
  return there * kSame >= static_cast<double>(signal.lines);
}

/// How far a number went from where it was: 3 for three times as much and for a third of it.
double Ratio(const Signal& signal) {
  const double ratio = (std::abs(signal.observed) + 1e-9) / (std::abs(signal.expected) + 1e-9);
  return std::max(ratio, 1 / ratio);
}

/// What stands out in the normal log, too: the same of the same thing, and about as much of it.
class NormalSignals {
 public:
  NormalSignals(const LogView& log, const LogView& normal, double scale) : log_(log), normal_(normal), scale_(scale) {
    FindRateSignals(normal, &signals_);
    FindValueSignals(normal, &signals_);
    FindRequestSignals(normal, &signals_);
    FindSessionSignals(normal, &signals_);
  }

  bool Has(const Signal& signal) const {
    return std::any_of(signals_.begin(), signals_.end(),
                       [&](const Signal& known) { return SameThing(signal, known) && AsMuch(signal, known); });
  }

 private:
  bool SameThing(const Signal& signal, const Signal& known) const {
    if (signal.kind != known.kind || signal.slot != known.slot || signal.entity != known.entity) return false;
    // A host or a component is the same whatever it writes most of.
    if (signal.slot < 0 && !signal.entity.empty()) return true;
    const bool of_ids = signal.kind == SignalKind::kSequence || signal.kind == SignalKind::kSession;
    if (of_ids && log_.at(signal.others.front()).key != normal_.at(known.others.front()).key) return false;
    // Which of their lines tells unusual ids from usual ones is chance.
    if (signal.kind == SignalKind::kSession) return true;
    return log_.at(signal.template_id).key == normal_.at(known.template_id).key;
  }

  bool AsMuch(const Signal& signal, const Signal& known) const {
    if (signal.kind != SignalKind::kShift && signal.kind != SignalKind::kTrend) {
      return static_cast<double>(known.lines) * scale_ * kSame >= static_cast<double>(signal.lines);
    }
    const bool up = signal.observed > signal.expected;
    return up == (known.observed > known.expected) && Ratio(known) * kSame >= Ratio(signal);
  }

  const LogView& log_;
  const LogView& normal_;
  const double scale_;
  std::vector<Signal> signals_;
};

/// The signal that tells when the lines of a template were too many; null when there is none.
Signal* RateSignal(std::vector<Signal>* signals, uint32_t id) {
  const auto found = std::find_if(signals->begin(), signals->end(), [id](const Signal& signal) {
    return signal.template_id == id && (signal.kind == SignalKind::kBurst || signal.kind == SignalKind::kNew);
  });
  return found == signals->end() ? nullptr : &*found;
}

void AddDifference(const LogView& log, uint32_t id, double expected, std::vector<Signal>* signals) {
  const double count = static_cast<double>(log.at(id).count);
  const double llr = count * std::log(count / std::max(.5, expected)) - (count - expected);
  if (count < 2 * expected || llr < 8) return;
  Signal signal;
  signal.template_id = id;
  signal.kind = expected < .5 ? SignalKind::kNew : SignalKind::kBurst;
  signal.lines = log.at(id).count;
  signal.expected = expected;
  signal.observed = count;
  signal.score = std::log1p(llr) * log.view(id).importance * 1.2;
  const std::string lines = Grouped(log.at(id).count);
  signal.text = expected < .5 ? lines + " lines of a kind that the baseline does not have"
                              : lines + " lines, " + Times(count, expected) + " as many as in the baseline";
  if (Signal* known = RateSignal(signals, id); known != nullptr) {
    // It is known already when they came, which says more than from when to when there are any.
    known->text += "; " + signal.text;
    known->score = std::max(known->score, signal.score);
    return;
  }
  if (log.bins() > 0) {
    const logs::TimeGrid& grid = log.log().grid;
    signal.begin = grid.CoarseOf(grid.BinOf(log.at(id).first_time));
    signal.end = grid.CoarseOf(grid.BinOf(log.at(id).last_time)) + 1;
  }
  signal.from = log.at(id).first_time;
  signal.to = log.at(id).last_time;
  signals->push_back(std::move(signal));
}

}  // namespace

void CompareWithBaseline(const LogView& log, const logs::LogSummary& baseline, std::vector<Signal>* signals) {
  const LogView normal(baseline);
  Known known;
  for (uint32_t id = 0; id < normal.size(); ++id) known.emplace(normal.at(id).key, id);
  const double scale =
      static_cast<double>(log.log().lines) / static_cast<double>(std::max<uint64_t>(1, baseline.lines));
  const NormalSignals there(log, normal, scale);
  std::erase_if(*signals, [&](const Signal& signal) {
    if (there.Has(signal)) return true;
    const auto found = known.find(log.at(signal.template_id).key);
    const bool rate =
        signal.kind == SignalKind::kBurst || signal.kind == SignalKind::kNew || signal.kind == SignalKind::kFailure;
    return rate && found != known.end() && NormalToo(signal, log, normal, found->second, scale);
  });
  for (uint32_t id = 0; id < log.size(); ++id) {
    const auto found = known.find(log.at(id).key);
    const double expected = found == known.end() ? 0 : static_cast<double>(normal.at(found->second).count) * scale;
    AddDifference(log, id, expected, signals);
  }
  // Kinds of lines that a normal log has many of and this one none cannot be cited here: they have no template.
}

}  // namespace yk::incidents
