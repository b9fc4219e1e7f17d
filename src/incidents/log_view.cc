// SPDX-License-Identifier: Apache-2.0
#include "incidents/log_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "incidents/failure_words.h"

namespace yk::incidents {
namespace {

constexpr size_t kTrafficTemplatesMax = 200;

double LevelImportance(logs::Level level) {
  switch (level) {
    case logs::Level::kFatal: return 1.3;
    case logs::Level::kError: return 1;
    case logs::Level::kWarn: return .5;
    default: return 0;
  }
}

std::string MainService(const logs::Template& tmpl) {
  if (tmpl.components.empty() || tmpl.sampled == 0) return "";
  const logs::TextValue& first = tmpl.components.front();
  return first.count * 2 >= tmpl.sampled ? first.value : "";
}

/// The value below which half of the weight lies.
double WeightedMedian(std::vector<std::pair<double, double>> values) {
  std::sort(values.begin(), values.end());
  double whole = 0;
  for (const auto& value : values) whole += value.second;
  double below = 0;
  for (const auto& [value, weight] : values) {
    below += weight;
    if (below * 2 >= whole) return value;
  }
  return 0;
}

}  // namespace

LogView::LogView(const logs::LogSummary& log) : log_(log) {
  views_.reserve(log.templates.size());
  for (const logs::Template& tmpl : log.templates) {
    TemplateView view;
    view.counts = Dense(tmpl.bins, bins(), std::max(1u, log.grid.fine_per_coarse));
    view.failure = FailureWeight(tmpl.text);
    const double level = LevelImportance(tmpl.main_level());
    view.importance = level == 0 && view.failure == 0 ? .3 : .6 + level + .6 * view.failure;
    // Lines that go on with an event say little without it.
    if (tmpl.continuation) view.importance *= .4;
    view.service = MainService(tmpl);
    views_.push_back(std::move(view));
  }
  if (bins() == 0) return;
  FindTraffic();
  FindClock();
  for (TemplateView& view : views_) {
    view.dispersion = Dispersion(view.counts, traffic_);
    const double by_clock = Dispersion(view.counts, clock_);
    const bool timer = by_clock < .9 * view.dispersion;
    view.rhythm = timer ? clock_ : traffic_;
    if (timer) view.dispersion = by_clock;
  }
}

void LogView::FindClock() {
  const logs::TimeGrid& grid = log_.grid;
  clock_.assign(bins(), 0);
  for (uint32_t i = 0; i < bins(); ++i) {
    // The log begins and ends within a bin more often than between two.
    const logs::Micros begin = std::max(StartOf(i), log_.first_time);
    const logs::Micros end = std::min(grid.StartOf((i + 1) * grid.fine_per_coarse), log_.last_time + 1);
    clock_[i] = static_cast<double>(std::max<logs::Micros>(end - begin, 0));
  }
  const double sum = Sum(clock_);
  if (sum <= 0) {
    clock_.assign(bins(), 1);
    return;
  }
  for (double& part : clock_) part *= static_cast<double>(bins()) / sum;
}

void LogView::FindTraffic() {
  const double n = static_cast<double>(bins());
  std::vector<uint32_t> common;
  for (uint32_t id = 0; id < views_.size() && common.size() < kTrafficTemplatesMax; ++id) {
    if (Sum(views_[id].counts) >= 4 * n && !log_.templates[id].continuation) common.push_back(id);
  }
  traffic_.assign(bins(), 0);
  if (common.empty()) {
    traffic_ = Dense(log_.bins, bins(), std::max(1u, log_.grid.fine_per_coarse));
  } else {
    for (size_t i = 0; i < bins(); ++i) {
      std::vector<std::pair<double, double>> rates;
      for (const uint32_t id : common) {
        // The middle and not the mean of a template's bins: its own burst must not lower its other bins.
        const double sum = Sum(views_[id].counts);
        rates.emplace_back(views_[id].counts[i] / sum, std::sqrt(sum));
      }
      traffic_[i] = WeightedMedian(std::move(rates));
    }
  }
  const double sum = Sum(traffic_);
  if (sum <= 0) {
    traffic_.assign(bins(), 1);
    return;
  }
  for (double& part : traffic_) part *= n / sum;
}

namespace {

/// Moves one edge within [low, high] to where the mean rates on both sides of it differ most, in favour of `up` (more
/// lines after it).
uint32_t SharpEdge(const std::vector<logs::BinCount>& bins, uint32_t low, uint32_t high, uint32_t edge, bool up) {
  std::vector<double> counts(high - low, 0);
  for (const auto& bin : bins) {
    if (bin.bin >= low && bin.bin < high) counts[bin.bin - low] += bin.count;
  }
  double total = Sum(counts);
  double best = 0, before = 0;
  uint32_t best_edge = edge;
  const double n = static_cast<double>(high - low);
  for (uint32_t at = low + 1; at < high; ++at) {
    before += counts[at - low - 1];
    const double left = before, right = total - before;
    const double nl = at - low, nr = n - nl;
    if ((right / nr > left / nl) != up) continue;
    const double llr = (left > 0 ? left * std::log(left * n / (total * nl)) : 0) +
                       (right > 0 ? right * std::log(right * n / (total * nr)) : 0);
    if (llr > best) {
      best = llr;
      best_edge = at;
    }
  }
  return best_edge;
}

}  // namespace

void LogView::SetTimes(Signal* signal, bool sharpen) const {
  const logs::TimeGrid& grid = log_.grid;
  const uint32_t per = grid.fine_per_coarse;
  uint32_t begin = signal->begin * per;
  uint32_t end = std::min(signal->end * per, grid.bins);
  const auto& bins = log_.templates[signal->template_id].bins;
  const bool alone = (signal->kind == SignalKind::kNew || signal->kind == SignalKind::kBurst) && signal->expected < 1;
  if (sharpen && alone) {
    // Nothing outside: from the first line to the last one.
    uint32_t first = end, last = begin;
    for (const auto& bin : bins) {
      if (bin.bin < begin || bin.bin >= end) continue;
      first = std::min(first, bin.bin);
      last = std::max(last, bin.bin + 1);
    }
    if (first < last) {
      begin = first;
      end = last;
    }
  } else if (sharpen && per > 1) {
    const bool up = signal->kind != SignalKind::kDrop && signal->kind != SignalKind::kSilence;
    const uint32_t low = begin >= per ? begin - per : 0;
    const uint32_t middle = (begin + end) / 2;
    const uint32_t sharp_begin =
        signal->begin == 0 ? begin : SharpEdge(bins, low, std::max(middle, low + 2), begin, up);
    const uint32_t high = std::min(end + per, grid.bins);
    const uint32_t sharp_end = end >= grid.bins || high < middle + 2 ? end : SharpEdge(bins, middle, high, end, !up);
    if (sharp_begin < sharp_end) {
      begin = sharp_begin;
      end = sharp_end;
    }
  }
  signal->from = std::max(grid.StartOf(begin), log_.first_time);
  signal->to = std::min(grid.StartOf(end), std::max(log_.last_time, signal->from));
}

}  // namespace yk::incidents
