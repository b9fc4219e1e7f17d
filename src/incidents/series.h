// SPDX-License-Identifier: Apache-2.0
// Counts over time, and what stands out in them. Pure arithmetic on equal bins.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "logs/time_grid.h"

namespace yk::incidents {

/// One number per coarse bin of the grid.
using Series = std::vector<double>;

/// The coarse series of a list of fine bins, or (`fine_per_coarse` 1) of coarse ones.
Series Dense(const std::vector<logs::BinCount>& bins, size_t size, uint32_t fine_per_coarse);

double Sum(std::span<const double> values);

/// The middle one; the mean of two for an even number. 0 for none. Takes a copy, because it sorts.
double Median(std::vector<double> values);

/// About ln(96 * 97 / 2): so many windows are tried, and the best of them is no wonder. Taken off a log likelihood
/// ratio.
inline constexpr double kWindowsTried = 8;
/// What a log likelihood ratio adds to a score: half as sure is nearly as strong.
double Strength(double llr);

/// Bins [begin, end) and how they differ from the others.
struct Window {
  uint32_t begin = 0, end = 0;
  double count = 0;     ///< counted inside
  double expected = 0;  ///< inside, at the rate outside
  double llr = 0;       ///< log likelihood ratio of two Poisson rates against one; 0: nothing stands out
};

/// The window with the highest rate compared with the rate outside of it (Kulldorff's scan statistic), `traffic` being
/// the share of each bin in what is expected. Finds a burst, a step up that lasts to the end, and what is new.
/// `longest` is the greatest share of the traffic that a window may hold; more would call the normal state an incident.
Window HighestWindow(const Series& counts, const Series& traffic, double longest = .7);

/// The same for the lowest rate.
Window LowestWindow(const Series& counts, const Series& traffic, double longest = .5);

/// The highest of the windows that last to the end and begin after at least eight bins: what has changed for good may
/// hold nearly all of the traffic.
Window HighestStep(const Series& counts, const Series& traffic, double longest = .92);

/// The likelihood ratio of a window when the usual rate is the same at all times (`clock`: how long each bin
/// is), whatever the traffic: what comes by a timer is neither rare by day nor frequent by night. 0 when the window
/// differs the other way.
double RatioWithin(const Series& counts, const Series& clock, const Window& window);

/// How much more the counts vary than chance alone makes them, at least 1: likelihood ratios are divided by it, so that
/// what always comes in bursts needs a larger one.
double Dispersion(const Series& counts, const Series& traffic);

/// The highest rate of any window as long as `window` that does not touch it, as a share of the rate in `window`: near
/// 1 for what happens again and again (a nightly backup in a log of a week), near 0 for what happened once.
double Recurrence(const Series& counts, const Series& traffic, const Window& window);

/// A rise that is surely one and is over, or has not come before.
struct Passing {
  Window window;
  double llr = 0;  ///< less what chance and the usual unrest make of it
  bool sure = false;
};

/// Whether what has these counts came more often for a while, both against the traffic and by the clock: what comes by
/// a timer is no more than usual where there is little else.
Passing PassingRise(const Series& counts, const Series& traffic, const Series& clock);

/// The longest run of empty bins (by traffic) after at least eight others; nothing when chance may have made it, or
/// when there are other gaps nearly as long. `expected` is what it should hold, `llr` how sure that is.
std::optional<Window> LongestGap(const Series& counts, const Series& traffic, double dispersion);

/// How well a straight line fits (R²), and its rise from the first to the last point, for (bin, value) pairs.
struct Trend {
  double r2 = 0, rise = 0;
};
Trend FitTrend(std::span<const double> x, std::span<const double> y);

}  // namespace yk::incidents
