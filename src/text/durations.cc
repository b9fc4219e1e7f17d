// SPDX-License-Identifier: Apache-2.0
#include "text/durations.h"

#include <array>
#include <optional>
#include <string>

#include "text/number_scan.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

struct Unit {
  std::string_view text;
  TimeUnit unit;
};

constexpr auto kEnglish = std::to_array<Unit>({{"business day", TimeUnit::kBusinessDay},
                                               {"working day", TimeUnit::kBusinessDay},
                                               {"trading day", TimeUnit::kBusinessDay},
                                               {"banking day", TimeUnit::kBusinessDay},
                                               {"calendar day", TimeUnit::kDay},
                                               {"calendar month", TimeUnit::kMonth},
                                               {"calendar year", TimeUnit::kYear},
                                               {"consecutive day", TimeUnit::kDay},
                                               {"consecutive month", TimeUnit::kMonth},
                                               {"consecutive year", TimeUnit::kYear},
                                               {"full year", TimeUnit::kYear},
                                               {"full month", TimeUnit::kMonth},
                                               {"day", TimeUnit::kDay},
                                               {"week", TimeUnit::kWeek},
                                               {"month", TimeUnit::kMonth},
                                               {"year", TimeUnit::kYear},
                                               {"hour", TimeUnit::kHour}});
constexpr auto kJapanese = std::to_array<Unit>({{"営業日間", TimeUnit::kBusinessDay},
                                                {"営業日", TimeUnit::kBusinessDay},
                                                {"銀行営業日", TimeUnit::kBusinessDay},
                                                {"日間", TimeUnit::kDay},
                                                {"日", TimeUnit::kDay},
                                                {"週間", TimeUnit::kWeek},
                                                {"週", TimeUnit::kWeek},
                                                {"か月間", TimeUnit::kMonth},
                                                {"か月", TimeUnit::kMonth},
                                                {"ヶ月間", TimeUnit::kMonth},
                                                {"ヶ月", TimeUnit::kMonth},
                                                {"ケ月間", TimeUnit::kMonth},
                                                {"ケ月", TimeUnit::kMonth},
                                                {"ヵ月間", TimeUnit::kMonth},
                                                {"ヵ月", TimeUnit::kMonth},
                                                {"カ月間", TimeUnit::kMonth},
                                                {"カ月", TimeUnit::kMonth},
                                                {"箇月間", TimeUnit::kMonth},
                                                {"箇月", TimeUnit::kMonth},
                                                {"個月", TimeUnit::kMonth},
                                                {"年間", TimeUnit::kYear},
                                                {"年", TimeUnit::kYear},
                                                {"時間", TimeUnit::kHour}});
// What follows 日 or 年 when it names a point or a count of another kind.
constexpr auto kNotSpans = std::to_array<std::string_view>(
    {"目", "付", "号", "度", "生", "曜", "次", "版", "代", "頃", "ごろ", "分", "本", "程"});

double DaysOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kHour: return 1.0 / 24;
    case TimeUnit::kDay: return 1;
    case TimeUnit::kBusinessDay: return 7.0 / 5;
    case TimeUnit::kWeek: return 7;
    case TimeUnit::kMonth: return 30;
    case TimeUnit::kYear: return 365;
  }
  return 1;
}

class DurationFinder {
 public:
  explicit DurationFinder(std::string_view text) : folded_(Fold(text, kNumberFold)), s_(folded_.text()) {}

  std::vector<Spot<Period>> Run() {
    std::vector<Part> parts;
    for (const ScannedNumber& number : ScanNumbers(s_)) {
      if (number.value.units < 0 || number.grouping != Grouping::kNumber) continue;
      Range range = number.range;
      auto unit = English(&range);
      if (!unit && !number.words) unit = Japanese(number, &range);
      if (unit) parts.push_back({range, number.value, *unit, number.value.ToDouble() * DaysOf(*unit)});
    }
    std::vector<Spot<Period>> out;
    for (size_t i = 0; i < parts.size();) {
      std::optional<Part> whole = WithHalf(parts[i]);
      for (++i; i < parts.size() && GoesOn(parts[i - 1], parts[i]); ++i) {
        if (whole) whole = Sum(*whole, parts[i]);
      }
      if (whole) whole = WithMinutes(*whole);
      if (whole) out.push_back({folded_.Source(whole->range), {whole->value, whole->unit, whole->days}});
    }
    return out;
  }

 private:
  struct Part {
    Range range;
    Decimal value;
    TimeUnit unit = TimeUnit::kDay;
    double days = 0;
  };

  /// Is `next` the rest of the same span: the 6ヶ月 of 1年6ヶ月, the months of "1 year and 6 months"?
  bool GoesOn(const Part& part, const Part& next) const {
    const auto rank = [](TimeUnit unit) { return static_cast<int>(unit); };
    if (part.unit == TimeUnit::kBusinessDay || next.unit == TimeUnit::kBusinessDay) return false;
    if (rank(next.unit) >= rank(part.unit) || next.range.begin - part.range.end > 5) return false;
    const std::string_view between =
        TrimSpace(std::string_view(s_).substr(part.range.end, next.range.begin - part.range.end));
    return between.empty() || between == "and" || between == "," || between == "と";
  }

  /// The sum in the smaller unit; nothing for months and days, of which no unit has a whole number.
  static std::optional<Part> Sum(const Part& part, const Part& next) {
    int64_t count = 0;
    if (part.unit == TimeUnit::kYear && next.unit == TimeUnit::kMonth) count = 12;
    if (part.unit == TimeUnit::kWeek && next.unit == TimeUnit::kDay) count = 7;
    if (part.unit == TimeUnit::kDay && next.unit == TimeUnit::kHour) count = 24;
    const auto value = count == 0 ? std::nullopt : Times(part.value, count);
    if (!value) return std::nullopt;
    const auto sum = Plus(*value, next.value);
    if (!sum) return std::nullopt;
    return Part{{part.range.begin, next.range.end}, *sum, next.unit, part.days + next.days};
  }

  /// 1年半 is 18 months, 2時間半 2.5 hours.
  std::optional<Part> WithHalf(Part part) const {
    const std::string_view rest = s_.substr(part.range.end);
    size_t size = 0;
    for (const std::string_view word : {"半", " and a half"}) {
      if (rest.starts_with(word)) size = word.size();
    }
    for (const std::string_view other : {"半ば", "半期", "半分", "半減", "半数"}) {
      if (rest.starts_with(other)) size = 0;
    }
    if (size == 0) return part;
    part.range.end += size;
    part.days += DaysOf(part.unit) / 2;
    std::optional<Decimal> whole = part.value;
    if (part.unit == TimeUnit::kYear) {
      whole = Times(part.value, 12);
      part.unit = TimeUnit::kMonth;
      if (whole) whole = Plus(*whole, {6, 0});
    } else {
      whole = Plus(*whole, {5, 1});
    }
    if (!whole) return std::nullopt;
    part.value = *whole;
    return part;
  }

  /// 1時間30分 is 1.5 hours; nothing for minutes that no decimal of an hour is equal to.
  std::optional<Part> WithMinutes(Part part) const {
    if (part.unit != TimeUnit::kHour) return part;
    size_t at = SkipSpace(s_, part.range.end);
    if (s_.substr(at).starts_with("and ")) at += 4;
    const auto minutes = at < s_.size() && IsAsciiDigit(s_[at]) ? ReadNumber(s_, &at) : std::nullopt;
    if (!minutes || minutes->scale != 0 || minutes->units >= 60) return part;
    at = SkipSpace(s_, at);
    for (const std::string_view unit : {"分間", "分", "minutes", "minute", "min"}) {
      if (!s_.substr(at).starts_with(unit)) continue;
      if (minutes->units % 3 != 0) return std::nullopt;
      part.range.end = at + unit.size();
      const auto hours = Plus(part.value, {minutes->units / 3 * 5, 2});
      if (!hours) return std::nullopt;
      part.value = *hours;
      while (part.value.scale > 0 && part.value.units % 10 == 0) part.value.units /= 10, --part.value.scale;
      part.days = part.value.ToDouble() / 24;
      return part;
    }
    return part;
  }

  std::optional<TimeUnit> English(Range* range) const {
    size_t at = range->end;
    if (at < s_.size() && s_[at] == '-')
      ++at;
    else
      at = SkipSpace(s_, at);
    std::string rest;
    for (char c : s_.substr(at, 24)) {
      if (c == '\n' || c == '-') c = ' ';
      rest.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    for (const Unit& unit : kEnglish) {
      if (!rest.starts_with(unit.text)) continue;
      size_t end = unit.text.size();
      if (end < rest.size() && rest[end] == 's') ++end;
      if (end < rest.size() && IsAsciiLetter(rest[end])) continue;
      range->end = at + end;
      return unit.unit;
    }
    return std::nullopt;
  }

  std::optional<TimeUnit> Japanese(const ScannedNumber& number, Range* range) const {
    const std::string_view rest = s_.substr(SkipBlank(range->end));
    for (const Unit& unit : kJapanese) {
      if (!rest.starts_with(unit.text)) continue;
      const std::string_view after = rest.substr(unit.text.size());
      if (!IsSpan(number, unit, after)) return std::nullopt;
      range->end = SkipBlank(range->end) + unit.text.size();
      return unit.unit;
    }
    return std::nullopt;
  }

  size_t SkipBlank(size_t pos) const { return pos < s_.size() && s_[pos] == ' ' ? pos + 1 : pos; }

  /// 4月1日, 2024年, 令和6年, 第3年, 毎月30日, 6年4月 are dates or points in time.
  bool IsSpan(const ScannedNumber& number, const Unit& unit, std::string_view after) const {
    for (std::string_view word : kNotSpans) {
      if (after.starts_with(word)) return false;
    }
    const bool bare = unit.text == "年" || unit.text == "日";
    const std::string_view before = s_.substr(0, number.range.begin);
    if (before.ends_with("第")) return false;
    if (!bare) return true;
    for (std::string_view months : {"か月", "ヶ月", "ケ月", "ヵ月", "カ月", "箇月", "個月"}) {
      if (before.ends_with(months)) return true;
    }
    for (std::string_view word :
         {"月", "令和", "平成", "昭和", "大正", "明治", "西暦", "月 ", "令和 ", "平成 ", "昭和 "}) {
      if (before.ends_with(word)) return false;
    }
    if (unit.text == "日") return true;
    if (number.value.scale == 0 && number.value.units >= 1000) return false;
    // A month right behind makes it a year of some era.
    size_t pos = !after.empty() && after[0] == ' ' ? 1 : 0;
    const std::string_view next = after.substr(0, 24);
    if (pos >= next.size() || !ReadNumber(next, &pos)) return true;
    return !next.substr(pos).starts_with("月");
  }

  const FoldedText folded_;
  const std::string_view s_;
};

}  // namespace

std::string_view TimeUnitName(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kHour: return "hour";
    case TimeUnit::kDay: return "day";
    case TimeUnit::kBusinessDay: return "business_day";
    case TimeUnit::kWeek: return "week";
    case TimeUnit::kMonth: return "month";
    case TimeUnit::kYear: return "year";
  }
  return "day";
}

std::vector<Spot<Period>> FindDurations(std::string_view text) { return DurationFinder(text).Run(); }

}  // namespace yk::text
