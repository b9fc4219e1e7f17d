// SPDX-License-Identifier: Apache-2.0
#include "logs/time_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace yk::logs {
namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kDay = 86400 * kSecond;

/// Widths in seconds that people use; wider ones are whole days.
constexpr Micros kWidths[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                              600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400};

Micros FloorDiv(Micros a, Micros b) { return a / b - (a % b < 0 ? 1 : 0); }

Micros WidthFor(Micros span) {
  for (const Micros seconds : kWidths) {
    if (span / (seconds * kSecond) + 2 <= TimeGrid::kBinsMax) return seconds * kSecond;
  }
  return (span / kDay / (TimeGrid::kBinsMax - 2) + 1) * kDay;
}

}  // namespace

std::string FormatTime(Micros time) {
  if (time == kNoTime) return "-";
  const Micros days = FloorDiv(time, kDay);
  const Micros seconds = FloorDiv(time - days * kDay, kSecond);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), seconds / 3600,
                     seconds / 60 % 60, seconds % 60);
}

TimeGrid TimeGrid::Over(Micros first, Micros last) {
  TimeGrid grid;
  if (first == kNoTime) return grid;
  last = std::max(first, last);
  grid.width = WidthFor(last - first);
  grid.start = FloorDiv(first, grid.width) * grid.width;
  grid.bins = static_cast<uint32_t>((last - grid.start) / grid.width + 1);
  grid.fine_per_coarse = (grid.bins + kCoarseMax - 1) / kCoarseMax;
  grid.coarse = (grid.bins + grid.fine_per_coarse - 1) / grid.fine_per_coarse;
  return grid;
}

void MergeBins(std::vector<BinCount>* into, const std::vector<BinCount>& more) {
  std::vector<BinCount> sum;
  sum.reserve(into->size() + more.size());
  auto a = into->cbegin();
  auto b = more.cbegin();
  while (a != into->cend() || b != more.cend()) {
    if (b == more.cend() || (a != into->cend() && a->bin < b->bin)) {
      sum.push_back(*a++);
    } else if (a == into->cend() || b->bin < a->bin) {
      sum.push_back(*b++);
    } else {
      sum.push_back({a->bin, a->count + b->count});
      ++a;
      ++b;
    }
  }
  *into = std::move(sum);
}

}  // namespace yk::logs
