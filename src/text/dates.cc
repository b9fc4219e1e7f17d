// SPDX-License-Identifier: Apache-2.0
#include "text/dates.h"

#include <fmt/format.h>

#include <array>

#include "text/number_scan.h"
#include "text/number_words.h"
#include "text/pattern.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

struct Era {
  std::string_view name;
  char letter;
  Date begin;
};
constexpr std::array<Era, 5> kEras = {{{"令和", 'R', {2019, 5, 1}},
                                       {"平成", 'H', {1989, 1, 8}},
                                       {"昭和", 'S', {1926, 12, 25}},
                                       {"大正", 'T', {1912, 7, 30}},
                                       {"明治", 'M', {1868, 1, 25}}}};
constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kMonth =
    "(jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?\\.?|july?\\.?|aug(?:ust|\\.)?|sept?(?:"
    "ember|\\.)?|"
    "oct(?:ober|\\.)?|nov(?:ember|\\.)?|dec(?:ember|\\.)?)";
constexpr std::string_view kKanji = "[〇零元一二三四五六七八九十百千壱弐参拾]";
/// The year in the other calendar, as public documents add it: 令和6年(2024年)4月1日.
constexpr std::string_view kOtherYear =
    "(?:\\s*\\((?:西暦|令和|平成|昭和|大正|明治)?\\s*[0-9元〇一二三四五六七八九十]{1,6}\\s*年?\\))?";

/// Latin letters of the era, or its name; "西暦" and nothing mean the Gregorian year.
const Era* EraOf(std::string_view name) {
  for (const Era& era : kEras) {
    if (name == era.name || (name.size() == 1 && name[0] == era.letter)) return &era;
  }
  return nullptr;
}

int Small(std::string_view digits) {
  if (digits == "元") return 1;
  size_t pos = 0;
  const auto value = ReadNumber(digits, &pos);
  return value && value->scale == 0 && pos == digits.size() && value->units < 10000 ? static_cast<int>(value->units)
                                                                                    : -1;
}

bool IsMark(char c) { return c == '.' || c == '/' || c == '-'; }

/// Whether a longer number or row of numbers stands before `pos`. `mark` joins the parts of the date itself: behind
/// another one a second date with the same mark makes a range, 2024/04/01-2024/04/30.
bool DigitBefore(std::string_view s, size_t pos, char mark = 0) {
  if (pos == 0) return false;
  const char c = s[pos - 1];
  if (IsAsciiDigit(c)) return true;
  if (pos < 2 || !IsMark(c) || !IsAsciiDigit(s[pos - 2])) return false;
  size_t at = pos - 1;
  while (at > 0 && IsAsciiDigit(s[at - 1])) --at;
  return mark == 0 || c == mark || at == 0 || s[at - 1] != mark;
}

bool DigitAfter(std::string_view s, size_t pos, char mark = 0) {
  if (pos >= s.size()) return false;
  if (IsAsciiDigit(s[pos])) return true;
  if (pos + 1 >= s.size() || !IsMark(s[pos]) || !IsAsciiDigit(s[pos + 1])) return false;
  size_t at = pos + 1;
  while (at < s.size() && IsAsciiDigit(s[at])) ++at;
  return mark == 0 || s[pos] == mark || at == s.size() || s[at] != mark;
}

int MonthOf(std::string_view name) {
  const std::string lower = FoldCase(name.substr(0, 3));
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (lower == kMonths[i]) return static_cast<int>(i) + 1;
  }
  return -1;
}

class DateFinder {
 public:
  DateFinder(std::string_view text, const DateOptions& options)
      : options_(options), folded_(Fold(text, kScanFold)), s_(folded_.text()) {}

  std::vector<Spot<Date>> Run() {
    Japanese();
    EraLetters();
    YearFirst();
    YearLast();
    MonthName();
    DayName();
    DropOverlaps(&out_);
    for (Spot<Date>& spot : out_) spot.range = folded_.Source(spot.range);
    return std::move(out_);
  }

 private:
  void Add(Range range, const Date& date) {
    if (IsValidDate(date)) out_.push_back({range, date});
  }
  std::optional<Date> InEra(std::string_view era_name, int year, int month, int day) const {
    const Era* era = EraOf(era_name);
    if (era == nullptr) return Date{year, month, day};
    if (year < 1 || year > 99) return std::nullopt;
    const Date date{era->begin.year + year - 1, month, day};
    if (date < era->begin) return std::nullopt;
    return date;
  }

  void Japanese() {
    static const RE2 pattern(fmt::format(
        "(西暦|令和|平成|昭和|大正|明治|\\b[RHSTM])?\\s*([0-9]{{1,4}}|{0}{{1,6}}){1}\\s*年{1}\\s*([0-9]{{1,2}}|{0}"
        "{{1,3}})\\s*月\\s*([0-9]{{1,2}}|{0}{{1,4}})\\s*日",
        kKanji, kOtherYear));
    ForEachMatch<5>(pattern, s_, [&](const Groups<5>& g) {
      const std::string_view era = View(g[1]);
      const std::string_view year_text = View(g[2]);
      const Range whole = g[1].data() != nullptr && !era.empty()
                              ? RangeOf(s_, g[0])
                              : Range{RangeOf(s_, g[2]).begin, RangeOf(s_, g[0]).end};
      if (era.empty() && DigitBefore(s_, whole.begin)) return;
      const int year = Small(year_text);
      // Without an era a year has four digits: 6年4月1日 alone does not say of which era.
      if ((era.empty() || era == "西暦") && year < 1000) return;
      if (const auto date = InEra(era, year, Small(View(g[3])), Small(View(g[4])))) Add(whole, *date);
    });
  }

  void EraLetters() {
    static const RE2 pattern(
        "(令和|平成|昭和|大正|明治|[RHSTM])\\s?([0-9]{1,2}|元)([./-])([0-9]{1,2})([./-])([0-9]{1,2})");
    ForEachMatch<7>(pattern, s_, [&](const Groups<7>& g) {
      const Range whole = RangeOf(s_, g[0]);
      if (View(g[3]) != View(g[5]) || DigitAfter(s_, whole.end, View(g[3])[0])) return;
      if (whole.begin > 0 && View(g[1]).size() == 1 &&
          (IsAsciiLetter(s_[whole.begin - 1]) || IsAsciiDigit(s_[whole.begin - 1])))
        return;
      if (const auto date = InEra(View(g[1]), Small(View(g[2])), Small(View(g[4])), Small(View(g[6]))))
        Add(whole, *date);
    });
  }

  void YearFirst() {
    static const RE2 pattern("([0-9]{4})( ?[./-] ?)([0-9]{1,2})( ?[./-] ?)([0-9]{1,2})");
    ForEachMatch<6>(pattern, s_, [&](const Groups<6>& g) {
      const Range whole = RangeOf(s_, g[0]);
      const std::string_view joiner = View(g[2]);
      const char mark = joiner[joiner.find_first_of("./-")];
      if (joiner != View(g[4]) || DigitBefore(s_, whole.begin, mark) || DigitAfter(s_, whole.end, mark)) return;
      Add(whole, {Small(View(g[1])), Small(View(g[3])), Small(View(g[5]))});
    });
  }

  /// 4/1/2024 and the like, before it is known which of the two is the month.
  struct Slashed {
    Range range;
    char mark;
    Date month_first;
    Date day_first;
    bool Ambiguous() const { return IsValidDate(month_first) && IsValidDate(day_first) && month_first != day_first; }
  };

  std::vector<Slashed> FindSlashed() const {
    static const RE2 pattern("([0-9]{1,2})([./-])([0-9]{1,2})([./-])([0-9]{4}|[0-9]{2})");
    std::vector<Slashed> out;
    ForEachMatch<6>(pattern, s_, [&](const Groups<6>& g) {
      const Range whole = RangeOf(s_, g[0]);
      const std::string_view mark = View(g[2]);
      const std::string_view year_text = View(g[5]);
      if (mark != View(g[4]) || DigitBefore(s_, whole.begin, mark[0]) || DigitAfter(s_, whole.end, mark[0])) return;
      if (whole.begin > 0 && IsAsciiLetter(s_[whole.begin - 1])) return;  // H6.4.1 and section numbers
      if (mark == "." && year_text.size() == 2) return;                   // 1.2.10 numbers a section
      int year = Small(year_text);
      if (year_text.size() == 2) year += year < options_.two_digit_pivot ? 2000 : 1900;
      const int a = Small(View(g[1]));
      const int b = Small(View(g[3]));
      out.push_back({whole, mark[0], {year, a, b}, {year, b, a}});
    });
    return out;
  }

  /// The order that the dates with this mark show which can be read one way only, 31/12/2024; when they show both,
  /// nobody knows.
  DateOptions::Order OrderOf(const std::vector<Slashed>& dates, char mark) const {
    using Order = DateOptions::Order;
    if (options_.order == Order::kRefuse) return Order::kRefuse;
    bool month_first = false;
    bool day_first = false;
    for (const Slashed& date : dates) {
      if (date.mark != mark || IsValidDate(date.month_first) == IsValidDate(date.day_first)) continue;
      (IsValidDate(date.month_first) ? month_first : day_first) = true;
    }
    if (month_first && day_first) return Order::kRefuse;
    return month_first ? Order::kMonthFirst : day_first ? Order::kDayFirst : options_.order;
  }

  void YearLast() {
    using Order = DateOptions::Order;
    const std::vector<Slashed> dates = FindSlashed();
    const Order slash = OrderOf(dates, '/');
    const Order hyphen = OrderOf(dates, '-');
    // Dots are European.
    const Order dot = options_.order == Order::kRefuse ? Order::kRefuse : Order::kDayFirst;
    for (const Slashed& date : dates) {
      const Order order = date.mark == '.' ? dot : date.mark == '/' ? slash : hyphen;
      if (!date.Ambiguous()) {
        Add(date.range, IsValidDate(date.month_first) ? date.month_first : date.day_first);
      } else if (order != Order::kRefuse) {
        Add(date.range, order == Order::kDayFirst ? date.day_first : date.month_first);
      }
    }
  }

  void MonthName() {
    static const RE2 pattern(fmt::format(
        "(?i)\\b{}\\.?\\s*([0-9]{{1,2}})\\s?(?:s ?t|n ?d|r ?d|t ?h)?\\s*(?:[,.]|\\s|-)\\s*([0-9]{{4}})\\b", kMonth));
    ForEachMatch<4>(pattern, s_, [&](const Groups<4>& g) {
      Add(RangeOf(s_, g[0]), {Small(View(g[3])), MonthOf(View(g[1])), Small(View(g[2]))});
    });
  }

  void DayName() {
    static const RE2 pattern(
        fmt::format("(?i)\\b([0-9]{{1,2}}|[a-z]+(?:[ -][a-z]+)?)(?:\\s?(?:s ?t|n ?d|r ?d|t "
                    "?h))?(\\s+day)?(?:\\s+of)?[\\s-]*\\b{}\\.?\\s*[,-]?\\s*"
                    "(?:in\\s+the\\s+year\\s+)?([0-9]{{4}})\\b",
                    kMonth));
    ForEachMatch<5>(pattern, s_, [&](const Groups<5>& g) {
      const std::string_view day_text = View(g[1]);
      Range whole = RangeOf(s_, g[0]);
      int day = -1;
      if (IsAsciiDigit(day_text[0])) {
        day = Small(day_text);
        if (DigitBefore(s_, whole.begin)) return;
      } else {
        // The last one or two words before "day of": "this twenty-first day of May 2008".
        const size_t last = day_text.find_last_of(" -");
        for (size_t from : {size_t{0}, last == std::string_view::npos ? size_t{0} : last + 1}) {
          size_t pos = from;
          const auto ordinal = ReadOrdinalWords(day_text, &pos);
          if (ordinal && pos == day_text.size()) {
            day = *ordinal;
            whole.begin += from;
            break;
          }
        }
      }
      if (day > 0) Add(whole, {Small(View(g[4])), MonthOf(View(g[3])), day});
    });
  }

  const DateOptions& options_;
  const FoldedText folded_;
  const std::string_view s_;
  std::vector<Spot<Date>> out_;
};

}  // namespace

std::string Date::ToIso() const { return fmt::format("{:04}-{:02}-{:02}", year, month, day); }

bool IsValidDate(const Date& date) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  const bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
  return date.day <= kDays[static_cast<size_t>(date.month) - 1] + (leap && date.month == 2 ? 1 : 0);
}

std::optional<Date> ParseIsoDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  for (size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!IsAsciiDigit(text[i])) return std::nullopt;
  }
  const Date date{Small(text.substr(0, 4)), Small(text.substr(5, 2)), Small(text.substr(8, 2))};
  if (!IsValidDate(date)) return std::nullopt;
  return date;
}

std::vector<Spot<Date>> FindDates(std::string_view text, const DateOptions& options) {
  return DateFinder(text, options).Run();
}

std::optional<Date> ParseDate(std::string_view text, const DateOptions& options) {
  text = TrimSpace(text);
  const auto found = FindDates(text, options);
  if (found.size() != 1 || found[0].range != Range{0, text.size()}) return std::nullopt;
  return found[0].value;
}

}  // namespace yk::text
