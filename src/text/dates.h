// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

/// A day of the proleptic Gregorian calendar.
struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
  /// "2024-04-01"
  std::string ToIso() const;
  friend auto operator<=>(const Date&, const Date&) = default;
};

bool IsValidDate(const Date& date);
/// Reads "2024-04-01" and nothing else.
std::optional<Date> ParseIsoDate(std::string_view text);

struct DateOptions {
  /// How 4/1/2024 and 04-01-24 are read when both orders give a date and no other date of the text with the same mark
  /// shows which order it uses (31/12/2024). When the text uses both orders, such dates are left out.
  enum class Order { kMonthFirst, kDayFirst, kRefuse };
  Order order = Order::kMonthFirst;
  int two_digit_pivot = 69;  ///< two-digit years below it are 20xx, else 19xx
};

/// All dates with year, month and day, in order, not overlapping: 2024年4月1日, 2024/04/01, 2024.4.1, 令和六年四月一日,
/// 令和元年5月1日, R6.4.1, full width, kanji numerals; April 1, 2024, 1st day of April, 2024, 1 April 2024, Apr. 1,
/// 2024, 4/1/2024, 04-01-24. Days that do not exist (2月30日) and days before their era began give nothing; an era past
/// its end is counted on (平成35年, written before 2019, is 2023). White space and line breaks may stand between the
/// parts.
std::vector<Spot<Date>> FindDates(std::string_view text, const DateOptions& options = {});

/// The only date in `text`, when the text is nothing but one date (and white space around it).
std::optional<Date> ParseDate(std::string_view text, const DateOptions& options = {});

}  // namespace yk::text
