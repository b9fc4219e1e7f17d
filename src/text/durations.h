// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "text/numbers.h"
#include "text/range.h"

namespace yk::text {

enum class TimeUnit { kHour, kDay, kBusinessDay, kWeek, kMonth, kYear };

/// "hour", "day", "business_day", "week", "month", "year"
std::string_view TimeUnitName(TimeUnit unit);

struct Period {
  Decimal value;
  TimeUnit unit = TimeUnit::kDay;
  /// Days by calendar averages: month 30, year 365, a week of business days 7; hours as fractions. For comparing, not
  /// for adding to dates.
  double days = 0;
};

/// All spans of time in order, not overlapping: "thirty (30) days", "two-year", 30日(間), 3か月, 三ヶ月, 2年, 60営業日,
/// 2 weeks, 24時間; 1年6ヶ月 and 1年半 are 18 months. Dates (4月1日, 2024年) and points in time (毎月30日, 第3年度) are
/// not spans.
std::vector<Spot<Period>> FindDurations(std::string_view text);

}  // namespace yk::text
