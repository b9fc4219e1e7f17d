// SPDX-License-Identifier: Apache-2.0
#include "net/retry_after.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace yk::net {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr milliseconds kDay = std::chrono::hours(24);

struct Civil {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

int64_t DaysFromCivil(int y, int m, int d) {
  return std::chrono::sys_days(std::chrono::year(y) / m / d).time_since_epoch().count();
}

bool LeapYear(int y) { return std::chrono::year(y).is_leap(); }

std::optional<WallTime> ToWall(const Civil& c) {
  constexpr std::array<int, 12> kLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (c.month < 1 || c.month > 12 || c.year < 1900 || c.year > 9999) return std::nullopt;
  const int length = kLengths[static_cast<size_t>(c.month - 1)] + (c.month == 2 && LeapYear(c.year) ? 1 : 0);
  // 60: a leap second is a valid HTTP-date.
  if (c.day < 1 || c.day > length || c.hour > 23 || c.minute > 59 || c.second > 60) return std::nullopt;
  const int64_t seconds = DaysFromCivil(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
  return FromUnixMs(seconds * 1000);
}

/// Takes a text apart from the left; the first thing that is not there makes it fail for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  Scanner& Literal(std::string_view text) {
    if (ok_ && rest_.starts_with(text))
      rest_.remove_prefix(text.size());
    else
      ok_ = false;
    return *this;
  }
  bool Accept(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  Scanner& Digits(size_t count, int& out) {
    out = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!ok_ || rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
        ok_ = false;
        return *this;
      }
      out = out * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return *this;
  }
  Scanner& Month(int& out) {
    for (size_t i = 0; ok_ && i < kMonths.size(); ++i) {
      if (!Accept(kMonths[i])) continue;
      out = static_cast<int>(i) + 1;
      return *this;
    }
    ok_ = false;
    return *this;
  }
  Scanner& Time(Civil& c) {
    return Digits(2, c.hour).Literal(":").Digits(2, c.minute).Literal(":").Digits(2, c.second);
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<WallTime> ParseImfFixdate(std::string_view text) {
  Civil c;
  Scanner s(text.substr(std::min(text.size(), size_t{3})));
  s.Literal(", ").Digits(2, c.day).Literal(" ").Month(c.month).Literal(" ").Digits(4, c.year).Literal(" ").Time(c);
  s.Literal(" GMT");
  return s.ok() && s.at_end() ? ToWall(c) : std::nullopt;
}

std::optional<WallTime> ParseRfc850(std::string_view text, WallTime now) {
  const size_t comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  Civil c;
  Scanner s(text.substr(comma));
  s.Literal(", ").Digits(2, c.day).Literal("-").Month(c.month).Literal("-").Digits(2, c.year).Literal(" ").Time(c);
  s.Literal(" GMT");
  if (!s.ok() || !s.at_end()) return std::nullopt;
  // More than 50 years ahead means the century before (RFC 9110 5.6.7).
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
  c.year += this_year / 100 * 100;
  if (c.year > this_year + 50) c.year -= 100;
  return ToWall(c);
}

std::optional<WallTime> ParseAsctime(std::string_view text) {
  Civil c;
  Scanner s(text.substr(std::min(text.size(), size_t{3})));
  s.Literal(" ").Month(c.month).Literal(" ");
  if (s.ok() && s.Accept(" "))
    s.Digits(1, c.day);
  else
    s.Digits(2, c.day);
  s.Literal(" ").Time(c).Literal(" ").Digits(4, c.year);
  return s.ok() && s.at_end() ? ToWall(c) : std::nullopt;
}

std::optional<WallTime> ParseIsoTime(std::string_view text) {
  Civil c;
  Scanner s(text);
  s.Digits(4, c.year).Literal("-").Digits(2, c.month).Literal("-").Digits(2, c.day).Literal("T").Time(c);
  if (!s.ok()) return std::nullopt;
  std::string_view rest = s.rest();
  if (rest.starts_with('.')) {
    const size_t end = rest.find_first_not_of("0123456789", 1);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  if (rest != "Z" && rest != "+00:00") return std::nullopt;
  return ToWall(c);
}

/// A plain decimal number, nothing else; no sign, no exponent.
std::optional<double> ParseDecimal(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error == std::errc::result_out_of_range) return 1e18;
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

milliseconds Clamp(double ms) {
  return ms >= static_cast<double>(kDay.count()) ? kDay : milliseconds(static_cast<int64_t>(std::ceil(ms)));
}

milliseconds Until(WallTime at, WallTime now) { return std::clamp<milliseconds>(at - now, milliseconds(0), kDay); }

}  // namespace

std::optional<WallTime> ParseHttpDate(std::string_view text, WallTime now) {
  text = Trim(text);
  const bool day_first =
      std::any_of(kDays.begin(), kDays.end(), [&](std::string_view d) { return text.starts_with(d); });
  if (!day_first) return std::nullopt;
  if (auto time = ParseImfFixdate(text)) return time;
  if (auto time = ParseRfc850(text, now)) return time;
  return ParseAsctime(text);
}

std::string FormatHttpDate(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::optional<milliseconds> ParseRetryAfter(std::string_view text, WallTime now) {
  text = Trim(text);
  if (const auto seconds = ParseDecimal(text)) return Clamp(*seconds * 1000);
  if (const auto at = ParseHttpDate(text, now)) return Until(*at, now);
  return std::nullopt;
}

std::optional<milliseconds> ParseResetInterval(std::string_view text, WallTime now) {
  text = Trim(text);
  if (text.empty()) return std::nullopt;
  if (const auto seconds = ParseDecimal(text)) return Clamp(*seconds * 1000);
  if (const auto at = ParseIsoTime(text)) return Until(*at, now);
  double total_ms = 0;
  while (!text.empty()) {
    const size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto amount = ParseDecimal(text.substr(0, digits));
    if (!amount) return std::nullopt;
    text.remove_prefix(digits);
    double unit_ms = 0;
    size_t letters = 1;
    if (text.starts_with("ms"))
      unit_ms = 1, letters = 2;
    else if (text.starts_with("s"))
      unit_ms = 1000;
    else if (text.starts_with("m"))
      unit_ms = 60'000;
    else if (text.starts_with("h"))
      unit_ms = 3'600'000;
    else if (text.starts_with("d"))
      unit_ms = 86'400'000;
    else
      return std::nullopt;
    text.remove_prefix(letters);
    total_ms += *amount * unit_ms;
  }
  return Clamp(total_ms);
}

}  // namespace yk::net
