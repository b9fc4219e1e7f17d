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
    std::vector<Spot<Period>> out;
    for (const ScannedNumber& number : ScanNumbers(s_)) {
      if (number.value.units < 0 || number.grouping != Grouping::kNumber) continue;
      Range range = number.range;
      auto unit = English(&range);
      if (!unit && !number.words) unit = Japanese(number, &range);
      if (!unit) continue;
      out.push_back({folded_.Source(range), {number.value, *unit, number.value.ToDouble() * DaysOf(*unit)}});
    }
    return out;
  }

 private:
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
