// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "incidents/find_signals.h"
#include "incidents/gauge_words.h"
#include "incidents/report.h"

namespace yk::incidents {
namespace {

/// A population that can be listed: hosts, shops, tables. Of users or orders somebody always comes and goes.
constexpr uint64_t kListableMax = 64;

/// "elapsed", or the words before the slot's place when it has no key.
std::string SlotName(const logs::Template& tmpl, size_t slot) {
  if (!tmpl.slots[slot].key.empty()) return tmpl.slots[slot].key;
  size_t at = 0;
  for (size_t i = 0; i <= slot; ++i) {
    at = tmpl.text.find("<*>", at);
    if (at == std::string::npos) return fmt::format("value {}", slot + 1);
    at += 3;
  }
  const size_t end = at - 3;
  const size_t before = tmpl.text.rfind("<*>", end == 0 ? 0 : end - 1);
  size_t from = before == std::string::npos || before >= end ? 0 : before + 3;
  std::string words = tmpl.text.substr(from, end - from);
  while (!words.empty() && (words.back() == ' ' || words.back() == '=' || words.back() == ':')) words.pop_back();
  const size_t space = words.rfind(' ');
  if (space != std::string::npos) words = words.substr(space + 1);
  return words.empty() ? fmt::format("value {}", slot + 1) : words;
}

class ValueSignals {
 public:
  ValueSignals(const LogView& log, std::vector<Signal>* signals) : log_(log), signals_(signals) {}

  void Look(uint32_t id) {
    const logs::Template& tmpl = log_.at(id);
    if (tmpl.continuation) return;
    for (size_t i = 0; i < tmpl.slots.size(); ++i) {
      const logs::Slot& slot = tmpl.slots[i];
      if (slot.numeric && !slot.id_like) {
        if (!Shift(id, i)) Growth(id, i);
      }
      if (slot.distinct < 2 || slot.id_like) continue;
      const bool dominant = Dominant(id, static_cast<int>(i), slot.top, slot.distinct);
      if (!dominant && !slot.numeric && slot.distinct <= kListableMax) Stopped(id, static_cast<int>(i), slot.top);
    }
  }

  /// Hosts and components over all templates: who wrote nothing any more.
  void LookAtWriters() {
    for (const bool host : {true, false}) {
      std::map<std::string, Series> writers;
      std::map<std::string, uint32_t> most;
      for (uint32_t id = 0; id < log_.size(); ++id) {
        const double scale = ScaleOf(log_.at(id));
        for (const logs::TextValue& value : host ? log_.at(id).hosts : log_.at(id).components) {
          Series& sum = writers.try_emplace(value.value, Series(log_.bins(), 0)).first->second;
          const Series one = log_.Coarse(value.series);
          for (size_t i = 0; i < one.size(); ++i) sum[i] += one[i] * scale;
          most.try_emplace(value.value, id);
        }
      }
      if (writers.size() < 2) continue;
      Series all(log_.bins(), 0);
      for (const auto& [name, series] : writers) {
        for (size_t i = 0; i < all.size(); ++i) all[i] += series[i];
      }
      for (const auto& [name, series] : writers) {
        // The traffic has a dent where one that writes much is silent; what the others write has none.
        Series others = all;
        for (size_t i = 0; i < others.size(); ++i) others[i] -= series[i];
        if (Sum(others) < Sum(series)) others = log_.traffic();
        const auto gap = LongestGap(series, others, Dispersion(series, others));
        if (gap) AddSilence(most[name], -1, name, *gap, 1, host ? "host " : "component ");
      }
    }
  }

 private:
  /// How many lines one of the sample stands for: of a frequent template fewer were looked at.
  static double ScaleOf(const logs::Template& tmpl) {
    return tmpl.sampled > 0 ? static_cast<double>(tmpl.count) / static_cast<double>(tmpl.sampled) : 1;
  }

  void Add(Signal signal, uint32_t begin, uint32_t end, bool sharpen) {
    signal.begin = begin;
    signal.end = end;
    log_.SetTimes(&signal, sharpen);
    signals_->push_back(std::move(signal));
  }

  struct Numbers {
    std::vector<double> bin, middle, high, count;
    double usual = 0, noise = 0;  ///< of the medians of bins
    bool counter = false;         ///< each bin begins where the one before it ended
  };

  static Numbers Read(const logs::NumericStats& stats) {
    Numbers out;
    int steps = 0, disjoint = 0;
    const logs::NumericBin* before = nullptr;
    for (const logs::NumericBin& bin : stats.series) {
      if (bin.count == 0) continue;
      out.bin.push_back(bin.bin);
      out.middle.push_back(bin.median);
      out.high.push_back(bin.max);
      out.count.push_back(bin.count);
      if (before != nullptr) {
        ++steps;
        if (bin.min >= before->max || bin.max <= before->min) ++disjoint;
      }
      before = &bin;
    }
    out.usual = Median(out.middle);
    std::vector<double> deviations;
    for (const double middle : out.middle) deviations.push_back(std::abs(middle - out.usual));
    out.noise = Median(std::move(deviations));
    out.counter = steps >= 4 && disjoint > .7 * steps;
    return out;
  }

  /// Medians of bins that are far from the usual one, together in time.
  bool Shift(uint32_t id, size_t slot) {
    const logs::NumericStats& stats = *log_.at(id).slots[slot].numeric;
    const Numbers numbers = Read(stats);
    if (numbers.bin.size() < 6 || (numbers.counter && !IsGauge(log_.at(id), slot))) return false;
    const double spread = std::max({stats.p75 - stats.p25, numbers.noise * 2, std::abs(numbers.usual) * .05, 1e-9});
    std::vector<double> excess(numbers.bin.size());
    for (size_t i = 0; i < excess.size(); ++i) {
      const double n = std::min(numbers.count[i], 50.0);
      const double error = std::max(spread * .93 / std::sqrt(n), numbers.noise * 1.5);
      const double z = std::min(12.0, std::abs(numbers.middle[i] - numbers.usual) / std::max(error, 1e-9));
      // Where half of the values are small and half large, a median jumps from one half to the other by chance: that is
      // as far as the quartiles are apart.
      const bool far = std::abs(numbers.middle[i] - numbers.usual) > 1.4 * spread;
      excess[i] = far ? z * z / 2 - 3 : -3 - (numbers.count[i] < 3 ? 0 : 3);
    }
    size_t begin = 0, end = 0;
    const double best = BestRun(excess, &begin, &end);
    if (best < 25 || end - begin > excess.size() * 6 / 10) return false;
    std::vector<double> then(numbers.middle.begin() + static_cast<ptrdiff_t>(begin),
                             numbers.middle.begin() + static_cast<ptrdiff_t>(end));
    const double count = Sum(std::span(numbers.count).subspan(begin, end - begin));
    if (count < 8) return false;
    const double now = Median(std::move(then));
    // Twice as much as usual is the least that is worth a card; a shift of one spread is what mixtures do.
    const double ratio = (std::abs(now) + 1e-9) / (std::abs(numbers.usual) + 1e-9);
    if (ratio < 1.7 && ratio > .6) return false;
    Signal signal;
    signal.kind = SignalKind::kShift;
    signal.template_id = id;
    signal.slot = static_cast<int>(slot);
    signal.lines = static_cast<uint64_t>(count * ScaleOf(log_.at(id)));
    signal.expected = numbers.usual;
    signal.observed = now;
    const double far = std::min(1.0, .5 + .25 * std::abs(std::log2(ratio)));
    signal.score = Strength(best) * std::max(1.0, log_.view(id).importance) * far * (ratio < 1 ? .7 : 1);
    signal.text = fmt::format("{} is about {:.4g}{} instead of {:.4g}{}", SlotName(log_.at(id), slot), now, stats.unit,
                              numbers.usual, stats.unit);
    Add(std::move(signal), static_cast<uint32_t>(numbers.bin[begin]), static_cast<uint32_t>(numbers.bin[end - 1]) + 1,
        false);
    return true;
  }

  /// The run with the greatest sum.
  static double BestRun(const std::vector<double>& values, size_t* begin, size_t* end) {
    double best = 0, sum = 0;
    size_t from = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      if (sum <= 0) {
        sum = 0;
        from = i;
      }
      sum += values[i];
      if (sum > best) {
        best = sum;
        *begin = from;
        *end = i + 1;
      }
    }
    return best;
  }

  /// The highest values of as many bins together as it takes to have seen most of what takes part in them.
  static void Highest(const Numbers& numbers, std::vector<double>* x, std::vector<double>* y) {
    const double per_bin = Sum(numbers.count) / static_cast<double>(numbers.bin.size());
    const auto together = static_cast<size_t>(std::clamp(40 / std::max(per_bin, 1.0), 1.0, 8.0));
    for (size_t i = 0; i + together <= numbers.bin.size(); i += together) {
      x->push_back(numbers.bin[i + together - 1]);
      y->push_back(*std::max_element(numbers.high.begin() + static_cast<ptrdiff_t>(i),
                                     numbers.high.begin() + static_cast<ptrdiff_t>(i + together)));
    }
  }

  /// Grows all the time: the highest values of the bins on a line. One of many (one host's heap) is enough.
  void Growth(uint32_t id, size_t slot) {
    const logs::NumericStats& stats = *log_.at(id).slots[slot].numeric;
    const Numbers numbers = Read(stats);
    if (numbers.bin.size() < 12 || (numbers.counter && !IsGauge(log_.at(id), slot))) return;
    std::vector<double> bins, high;
    Highest(numbers, &bins, &high);
    size_t n = bins.size();
    if (n < 8) return;
    Trend trend = FitTrend(bins, high);
    // It may end with a crash: look for the longest beginning that grows.
    for (size_t k = n; k >= 8 && k * 2 >= n; --k) {
      const Trend part = FitTrend(std::span(bins).first(k), std::span(high).first(k));
      if (part.r2 > trend.r2 + .01 * static_cast<double>(n - k) / static_cast<double>(n)) {
        trend = part;
        n = k;
      }
    }
    const double first = high.front();
    const double spread = std::max(stats.p75 - stats.p25, std::abs(numbers.usual) * .1);
    if (trend.r2 < .85 || trend.rise < 1.2 * spread || trend.rise < .5 * std::abs(first)) return;
    Signal signal;
    signal.kind = SignalKind::kTrend;
    signal.template_id = id;
    signal.slot = static_cast<int>(slot);
    signal.lines = static_cast<uint64_t>(static_cast<double>(stats.count) * ScaleOf(log_.at(id)));
    signal.expected = first;
    signal.observed = high[n - 1];
    signal.score = 4 * trend.r2 * std::max(1.0, log_.view(id).importance);
    signal.text = fmt::format("the highest {} grows all the time, from {:.4g}{} to {:.4g}{}",
                              SlotName(log_.at(id), slot), first, stats.unit, signal.observed, stats.unit);
    Add(std::move(signal), static_cast<uint32_t>(numbers.bin.front()), static_cast<uint32_t>(bins[n - 1]) + 1, false);
  }

  /// Values of many that make up an unusual part of the lines for a while, or of failures all the time.
  bool Dominant(uint32_t id, int slot, const std::vector<logs::TextValue>& top, uint64_t distinct) {
    if (distinct < 8) return false;
    // Measured numbers have frequent values that mean nothing; codes (of errors, ports) are few.
    if (log_.at(id).slots[static_cast<size_t>(slot)].numeric && distinct > kListableMax) return false;
    bool any = false;
    for (const logs::TextValue& value : top) any = Dominates(id, slot, value, distinct) || any;
    return any;
  }

  bool Dominates(uint32_t id, int slot, const logs::TextValue& value, uint64_t distinct) {
    const TemplateView& view = log_.view(id);
    const double sampled = static_cast<double>(log_.at(id).slots[static_cast<size_t>(slot)].sampled);
    const double others = (sampled - static_cast<double>(value.count)) / static_cast<double>(distinct - 1);
    if (value.count < 12 || static_cast<double>(value.count) < 12 * others) return false;
    const Passing passing = PassingRise(log_.Coarse(value.series), log_.traffic(), log_.clock());
    if (!passing.sure && (view.failure < 1 || static_cast<double>(value.count) < 50 * others)) return false;
    Signal signal;
    signal.kind = SignalKind::kDominant;
    signal.template_id = id;
    signal.slot = slot;
    signal.entity = value.value;
    signal.lines = static_cast<uint64_t>(static_cast<double>(value.count) * ScaleOf(log_.at(id)));
    signal.expected = others * ScaleOf(log_.at(id));
    signal.observed = static_cast<double>(signal.lines);
    signal.score = passing.sure ? Strength(passing.llr) * std::max(.5, .9 * view.importance) : 1.5 * view.importance;
    signal.text = fmt::format("{} {} makes up {:.0f} % of the lines, {} as many as others",
                              SlotName(log_.at(id), static_cast<size_t>(slot)), value.value,
                              100 * static_cast<double>(value.count) / std::max(1.0, sampled),
                              Times(static_cast<double>(value.count), others));
    if (passing.sure) {
      Add(std::move(signal), passing.window.begin, passing.window.end, false);
    } else {
      Add(std::move(signal), 0, static_cast<uint32_t>(log_.bins()), false);
    }
    return true;
  }

  /// One value that came all the time and stopped, while the template's other lines went on.
  void Stopped(uint32_t id, int slot, const std::vector<logs::TextValue>& top) {
    std::vector<Series> series;
    Series all(log_.bins(), 0);
    for (const logs::TextValue& value : top) {
      series.push_back(log_.Coarse(value.series));
      for (size_t i = 0; i < all.size(); ++i) all[i] += series.back()[i];
    }
    if (Sum(all) <= 0) return;
    for (size_t k = 0; k < top.size(); ++k) {
      Series others = all;
      for (size_t i = 0; i < others.size(); ++i) others[i] -= series[k][i];
      if (Sum(others) < Sum(series[k])) continue;  // too few others to compare with
      const auto gap = LongestGap(series[k], others, Dispersion(series[k], others));
      if (gap) AddSilence(id, slot, top[k].value, *gap, ScaleOf(log_.at(id)), "");
    }
  }

  void AddSilence(uint32_t id, int slot, const std::string& value, const Window& gap, double scale,
                  std::string_view what) {
    Signal signal;
    signal.kind = SignalKind::kSilence;
    signal.template_id = id;
    signal.slot = slot;
    signal.entity = value;
    signal.expected = gap.expected * scale;
    signal.lines = static_cast<uint64_t>(signal.expected);
    signal.score = Strength(gap.llr) * 1.2;
    signal.text =
        fmt::format("{}{} is in no line where about {} were to be expected", what, value, Grouped(signal.lines));
    Add(std::move(signal), gap.begin, gap.end, false);
  }

  const LogView& log_;
  std::vector<Signal>* signals_;
};

}  // namespace

void FindValueSignals(const LogView& log, std::vector<Signal>* signals) {
  if (log.bins() < 4) return;
  ValueSignals values(log, signals);
  for (uint32_t id = 0; id < log.size(); ++id) values.Look(id);
  values.LookAtWriters();
}

}  // namespace yk::incidents
