// SPDX-License-Identifier: Apache-2.0
#include "builtin/values.h"

#include <algorithm>
#include <cmath>

#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

double DaysOf(text::TimeUnit unit) {
  switch (unit) {
    case text::TimeUnit::kHour: return 1.0 / 24;
    case text::TimeUnit::kDay:
    case text::TimeUnit::kBusinessDay: return 1;
    case text::TimeUnit::kWeek: return 7;
    case text::TimeUnit::kMonth: return 30;
    case text::TimeUnit::kYear: return 365;
  }
  return 1;
}

Json Plain(double value) {
  if (std::abs(value - std::round(value)) < 1e-9) return static_cast<int64_t>(std::llround(value));
  return value;
}

Json DurationIn(const Json& period, text::TimeUnit unit) {
  const std::string from = period["unit"].get<std::string>();
  if (from == text::TimeUnitName(unit)) return period["value"];
  const double count = period["value"].get<double>();
  if (from == "business_day" && unit == text::TimeUnit::kDay) return period["value"];
  if (from == "year" && unit == text::TimeUnit::kMonth) return Plain(count * 12);
  if (from == "month" && unit == text::TimeUnit::kYear) return Plain(count / 12);
  return Plain(period["days"].get<double>() / DaysOf(unit));
}

}  // namespace

std::string QuoteValue(std::string_view quote) {
  const std::string squeezed = text::SqueezeSpace(quote);
  std::string out;
  char32_t before = 0;
  for (size_t at = 0; at < squeezed.size();) {
    const size_t begin = at;
    const char32_t c = text::NextCodePoint(squeezed, &at);
    if (c == U' ' && at < squeezed.size() && text::IsCjk(before)) {
      size_t next = at;
      if (text::IsCjk(text::NextCodePoint(squeezed, &next))) continue;
    }
    out.append(squeezed, begin, at - begin);
    before = c;
  }
  return out;
}

std::optional<Json> ValueFor(const Reading& reading, const FieldPlan& plan, const Candidate& candidate) {
  switch (plan.kind) {
    case Kind::kDate:
      if (plan.iso_date) return candidate.value;
      return Json(QuoteValue(reading.Slice(candidate.range)));
    case Kind::kMoney:
    case Kind::kPercent:
    case Kind::kNumber:
    case Kind::kDuration: {
      if (!plan.numeric) return Json(QuoteValue(reading.Slice(candidate.range)));
      Json value = plan.kind == Kind::kDuration ? DurationIn(candidate.value, plan.unit) : candidate.value;
      if (plan.integer && !value.is_number_integer()) return std::nullopt;
      return value;
    }
    default: return Json(QuoteValue(reading.Slice(candidate.range)));
  }
}

double Confidence(double score, double next) {
  if (score <= 0) return 0;
  const double sure = 1 - std::exp(-1.6 * score);
  const double margin = std::clamp((score - std::max(next, 0.0)) / score, 0.0, 1.0);
  return std::round(1000 * std::clamp(sure * (0.6 + 0.4 * margin), 0.0, 0.99)) / 1000;
}

}  // namespace yk::builtin
