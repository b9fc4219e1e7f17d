// SPDX-License-Identifier: Apache-2.0
#include "incidents/series.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace yk::incidents {
namespace {

/// What a bin is expected to hold when nobody was ever seen outside of the window: less than one line.
constexpr double kLeast = .5;

std::vector<double> Running(const Series& series) {
  std::vector<double> sums(series.size() + 1, 0);
  std::partial_sum(series.begin(), series.end(), sums.begin() + 1);
  return sums;
}

double Term(double count, double expected) { return count > 0 ? count * std::log(count / expected) : 0; }

/// Both rates against their common one. `share` is the window's part of the traffic.
double Ratio(double inside, double total, double share) {
  const double outside = total - inside;
  return Term(inside, std::max(total * share, 1e-9)) + Term(outside, std::max(total * (1 - share), 1e-9));
}

template <typename Better>
Window Scan(const Series& counts, const Series& traffic, double longest, Better better) {
  Window best;
  const std::vector<double> count = Running(counts);
  const std::vector<double> share = Running(traffic);
  const double total = count.back();
  const double whole = share.back();
  if (total <= 0 || whole <= 0) return best;
  const size_t bins = counts.size();
  for (size_t begin = 0; begin < bins; ++begin) {
    for (size_t end = begin + 1; end <= bins; ++end) {
      const double part = (share[end] - share[begin]) / whole;
      if (part > longest) break;
      const double inside = count[end] - count[begin];
      if (part <= 0 || !better(inside / total, part)) continue;
      const double llr = Ratio(inside, total, part);
      if (llr <= best.llr + 1e-9) continue;
      const double expected = part < 1 ? (total - inside) * part / (1 - part) : 0;
      best = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end), inside, expected, llr};
    }
  }
  return best;
}

}  // namespace

double Strength(double llr) { return std::log1p(std::max(0.0, llr)); }

Series Dense(const std::vector<logs::BinCount>& bins, size_t size, uint32_t fine_per_coarse) {
  Series out(size, 0);
  for (const auto& bin : bins) {
    const size_t at = bin.bin / fine_per_coarse;
    if (at < size) out[at] += bin.count;
  }
  return out;
}

double Sum(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle), values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return (*std::max_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle)) + upper) / 2;
}

Window HighestWindow(const Series& counts, const Series& traffic, double longest) {
  return Scan(counts, traffic, longest, [](double share, double part) { return share > part; });
}

Window LowestWindow(const Series& counts, const Series& traffic, double longest) {
  return Scan(counts, traffic, longest, [](double share, double part) { return share < part; });
}

Window HighestStep(const Series& counts, const Series& traffic, double longest) {
  Window best;
  const double total = Sum(counts);
  const double whole = Sum(traffic);
  double inside = 0, share = 0;
  for (size_t begin = counts.size(); begin-- > 8;) {
    inside += counts[begin];
    share += traffic[begin];
    const double part = whole > 0 ? share / whole : 0;
    if (part > longest || part <= 0 || inside / std::max(total, 1e-9) <= part) continue;
    const double llr = Ratio(inside, total, part);
    if (llr <= best.llr + 1e-9) continue;
    best = {static_cast<uint32_t>(begin), static_cast<uint32_t>(counts.size()), inside,
            (total - inside) * part / (1 - part), llr};
  }
  return best;
}

double RatioWithin(const Series& counts, const Series& clock, const Window& window) {
  const double whole = Sum(clock);
  const double part = whole > 0 ? Sum(std::span(clock).subspan(window.begin, window.end - window.begin)) / whole : 0;
  const double total = Sum(counts);
  if (total <= 0 || part <= 0 || part >= 1) return 0;
  const bool more = window.count >= window.expected;
  if ((window.count / total > part) != more) return 0;
  return Ratio(window.count, total, part);
}

double Dispersion(const Series& counts, const Series& traffic) {
  std::vector<double> rates;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (traffic[i] > 0) rates.push_back(counts[i] / traffic[i]);
  }
  const double rate = Median(std::move(rates));
  std::vector<double> deviations;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = rate * traffic[i];
    if (expected >= 2) deviations.push_back((counts[i] - expected) * (counts[i] - expected) / expected);
  }
  if (deviations.size() < 8) return 1;
  // The median of chi-square with one degree of freedom is .455.
  return std::max(1.0, Median(std::move(deviations)) / .455);
}

double Recurrence(const Series& counts, const Series& traffic, const Window& window) {
  const std::vector<double> count = Running(counts);
  const std::vector<double> share = Running(traffic);
  const double inside = share[window.end] - share[window.begin];
  if (inside <= 0 || window.count <= 0) return 0;
  const double rate = window.count / inside;
  const size_t length = window.end - window.begin;
  double highest = 0;
  for (size_t begin = 0; begin + length <= counts.size(); ++begin) {
    if (begin < window.end && begin + length > window.begin) continue;
    const double part = share[begin + length] - share[begin];
    // Where next to nothing happens at all a rate says nothing.
    if (part < inside / 8) continue;
    highest = std::max(highest, (count[begin + length] - count[begin]) / std::max(part, kLeast / rate));
  }
  return std::min(1.0, highest / rate);
}

Passing PassingRise(const Series& counts, const Series& traffic, const Series& clock) {
  Passing out;
  out.window = HighestWindow(counts, traffic, .7);
  if (out.window.llr <= 0) return out;
  const double llr = std::min(out.window.llr, RatioWithin(counts, clock, out.window));
  out.llr = llr / Dispersion(counts, traffic) - kWindowsTried;
  out.sure = out.llr > 3 && out.window.count > 3 * out.window.expected && Recurrence(counts, traffic, out.window) < .5;
  return out;
}

std::optional<Window> LongestGap(const Series& counts, const Series& traffic, double dispersion) {
  const size_t n = counts.size();
  Window best;
  double longest = 0, second = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= n; ++i) {
    if (i < n && counts[i] == 0) continue;
    const double share = i > begin ? Sum(std::span(traffic).subspan(begin, i - begin)) : 0;
    // What was not there from the beginning has not stopped.
    if (begin > 0 && share > longest) {
      second = std::max(second, longest);
      longest = share;
      best.begin = static_cast<uint32_t>(begin);
      best.end = static_cast<uint32_t>(i);
    } else {
      second = std::max(second, share);
    }
    begin = i + 1;
  }
  const double share = Sum(traffic) - longest;
  const auto busy = static_cast<double>(std::count_if(counts.begin(), counts.end(), [](double c) { return c > 0; }));
  // It has to have been there for long, and in most of that time.
  const bool known = share >= .2 * Sum(traffic) && busy * 2 >= static_cast<double>(n - (best.end - best.begin));
  if (best.end == 0 || best.begin < 8 || !known) return std::nullopt;
  best.expected = Sum(counts) / share * longest;
  best.llr = best.expected / dispersion - kWindowsTried;
  // What comes only now and then has more than one long gap.
  if (best.llr <= 4 || longest < 3 * second) return std::nullopt;
  return best;
}

Trend FitTrend(std::span<const double> x, std::span<const double> y) {
  const size_t n = x.size();
  if (n < 3) return {};
  const double mean_x = Sum(x) / static_cast<double>(n);
  const double mean_y = Sum(y) / static_cast<double>(n);
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < n; ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (xx <= 0 || yy <= 0) return {};
  return {xy * xy / (xx * yy), xy / xx * (x.back() - x.front())};
}

}  // namespace yk::incidents
