// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/numbers.h"
#include "text/range.h"

namespace yk::text {

struct Money {
  Decimal amount;        ///< in whole units of the currency: 12000000 for 1,200万円
  std::string currency;  ///< ISO 4217: JPY, USD, EUR, GBP, …; "$" alone is USD
  friend bool operator==(const Money&, const Money&) = default;
};

/// All amounts in order, not overlapping: ¥1,200, 1,200円, 1,200万円, 金壱百万円, 金1,000,000円也, $1.5 million, US$5,
/// USD 5,000, EUR 10, €10, £3, "1,200,000 dollars", "Five Thousand Dollars ($5,000)" as one; EUR 1.234,56, 10 000 €,
/// CHF 1'234.50, ₹1,23,456; $3M, 100円50銭; -$5, ▲5円 and, behind a label, ($5) are below nought. What is not
/// understood as a whole (数千円, €1.234, $3 M) gives nothing.
std::vector<Spot<Money>> FindMoney(std::string_view text);

}  // namespace yk::text
