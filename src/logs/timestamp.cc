// SPDX-License-Identifier: Apache-2.0
#include "logs/timestamp.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "logs/bytes.h"
#include "logs/time_tail.h"
#include "logs/timestamp_forms.h"

namespace yk::logs {
namespace {

struct Parts {
  int64_t year = -1, month = 1, day = 1, hour = 0, minute = 0, second = 0, micros = 0;
  int64_t epoch = -1;
  int era = 0;  ///< years before its first year
  bool afternoon = false, half_day = false;
};

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kLongMonths[] = {"uary", "ruary", "ch",     "il",   "",      "e",
                                            "y",    "ust",   "tember", "ober", "ember", "ember"};
constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

bool SameWord(const char* text, std::string_view lower) {
  for (size_t i = 0; i < lower.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

class Reader {
 public:
  Reader(std::string_view text, Parts* parts) : p_(text.data()), begin_(p_), end_(p_ + text.size()), parts_(*parts) {}

  /// The form is known when this is compiled, so that its steps become straight code.
  template <size_t kForm>
  bool Match() {
    return [&]<size_t... kStep>(std::index_sequence<kStep...>) { return (Step<kForms[kForm][kStep]>() && ...); }
    (std::make_index_sequence<kForms[kForm].size()>());
  }
  size_t to_second() const { return second_end_ == nullptr ? 0 : static_cast<size_t>(second_end_ - begin_); }
  size_t used() const { return static_cast<size_t>(p_ - begin_); }
  bool at_digit() const { return p_ < end_ && IsDigit(*p_); }

 private:
  /// One letter of a form. Each is compiled by itself: as one function for all of them, inlined at every place, the
  /// sanitizers' builds take minutes.
  template <char c>
  [[gnu::always_inline]] bool Step() {
    if constexpr (c == 'Y')
      return Digits<4, 4>(&parts_.year) && parts_.year >= 1900 && parts_.year < 2200;
    else if constexpr (c == 'y')
      return Year2();
    else if constexpr (c == 'M')
      return Digits<1, 2>(&parts_.month) && parts_.month >= 1 && parts_.month <= 12;
    else if constexpr (c == 'N')
      return Digits<2, 2>(&parts_.month) && parts_.month >= 1 && parts_.month <= 12;
    else if constexpr (c == 'D')
      return Digits<1, 2>(&parts_.day) && parts_.day >= 1 && parts_.day <= 31;
    else if constexpr (c == 'O')
      return Digits<2, 2>(&parts_.day) && parts_.day >= 1 && parts_.day <= 31;
    else if constexpr (c == 'h')
      return Digits<1, 2>(&parts_.hour) && parts_.hour < 25;
    else if constexpr (c == 'i')
      return Digits<2, 2>(&parts_.hour) && parts_.hour < 25;
    else if constexpr (c == 'm')
      return Digits<1, 2>(&parts_.minute) && parts_.minute < 60;
    else if constexpr (c == 'j')
      return Digits<2, 2>(&parts_.minute) && parts_.minute < 60;
    else if constexpr (c == 's')
      return Second<1>();
    else if constexpr (c == 'k')
      return Second<2>();
    else if constexpr (c == 'F')
      return OptionalFraction();
    else if constexpr (c == 'f')
      return Fraction();
    else if constexpr (c == 'B')
      return Month();
    else if constexpr (c == 'W')
      return Weekday();
    else if constexpr (c == 'Z')
      return Zone();
    else if constexpr (c == 'P')
      return HalfDay();
    else if constexpr (c == 'J')
      return BracketedWeekday();
    else if constexpr (c == 'G')
      return Era();
    else if constexpr (c == 'L')
      return p_ < end_ && std::string_view("DIWEF").find(*p_++) != std::string_view::npos;
    else if constexpr (c == 'E')
      return Epoch();
    else if constexpr (c == 'T')
      return BetweenDateAndTime();
    else if constexpr (c == 'A')
      return Half();
    else if constexpr (c == '~')
      return true;
    else if constexpr (c == ' ')
      return Spaces();
    else
      return p_ < end_ && *p_ == c && (++p_, true);
  }

  template <int min>
  [[gnu::always_inline]] bool Second() {
    const bool read = Digits<min, 2>(&parts_.second) && parts_.second < 62;
    second_end_ = p_;
    return read;
  }

  bool BetweenDateAndTime() {
    if (p_ == end_) return false;
    if (*p_ != 'T' && *p_ != ',') return Spaces();
    if (*p_++ == ',') Spaces();
    return true;
  }

  bool Spaces() {
    const char* const from = p_;
    while (p_ < end_ && IsSpace(*p_)) ++p_;
    return p_ > from;
  }

  /// Four digits, two, or one or two, written out: times are read on every line.
  template <int min, int max>
  [[gnu::always_inline]] bool Digits(int64_t* out) {
    if constexpr (max == 4) {
      if (end_ - p_ < 4 || !IsDigit(p_[0]) || !IsDigit(p_[1]) || !IsDigit(p_[2]) || !IsDigit(p_[3])) return false;
      *out = (p_[0] - '0') * 1000 + (p_[1] - '0') * 100 + (p_[2] - '0') * 10 + (p_[3] - '0');
      p_ += 4;
      return true;
    }
    if (p_ == end_ || !IsDigit(*p_)) return false;
    const int first = *p_++ - '0';
    if (p_ == end_ || !IsDigit(*p_)) {
      *out = first;
      return min == 1;
    }
    *out = first * 10 + (*p_++ - '0');
    return true;
  }

  bool Year2() {
    if (parts_.era != 0) {
      if (p_ + 3 <= end_ && std::string_view(p_, 3) == "元") {
        p_ += 3;
        parts_.year = parts_.era + 1;
        return true;
      }
      if (!Digits<1, 2>(&parts_.year)) return false;
      parts_.year += parts_.era;
      return true;
    }
    if (!Digits<2, 2>(&parts_.year)) return false;
    parts_.year += parts_.year < 70 ? 2000 : 1900;
    return true;
  }

  bool Fraction() {
    const char* const from = p_;
    p_ = ReadFraction(p_, end_, &parts_.micros);
    return p_ > from;
  }
  bool OptionalFraction() {
    p_ = ReadOptionalFraction(p_, end_, &parts_.micros);
    return true;
  }
  bool Zone() {
    p_ = SkipZone(p_, end_);
    return true;
  }

  bool Month() {
    if (end_ - p_ < 3) return false;
    for (size_t i = 0; i < 12; ++i) {
      if (!SameWord(p_, kMonths[i])) continue;
      p_ += 3;
      const std::string_view rest = kLongMonths[i];
      if (!rest.empty() && static_cast<size_t>(end_ - p_) >= rest.size() && SameWord(p_, rest)) p_ += rest.size();
      parts_.month = static_cast<int64_t>(i) + 1;
      return p_ >= end_ || !IsLetter(*p_);
    }
    return false;
  }
  bool Weekday() {
    if (end_ - p_ < 3) return false;
    for (const std::string_view day : kWeekdays) {
      if (!SameWord(p_, day)) continue;
      while (p_ < end_ && IsLetter(*p_)) ++p_;
      return true;
    }
    return false;
  }

  bool HalfDay() {
    const char* q = p_ < end_ && *p_ == ' ' ? p_ + 1 : p_;
    if (end_ - q >= 2 && (q[1] | 0x20) == 'm' && ((q[0] | 0x20) == 'a' || (q[0] | 0x20) == 'p') &&
        (q + 2 == end_ || !IsLetter(q[2]))) {
      parts_.half_day = true;
      parts_.afternoon = (q[0] | 0x20) == 'p';
      p_ = q + 2;
    }
    return true;
  }
  bool Half() {
    constexpr std::string_view kMorning = "午前", kAfternoon = "午後";
    const std::string_view rest(p_, static_cast<size_t>(end_ - p_));
    parts_.afternoon = rest.starts_with(kAfternoon);
    parts_.half_day = parts_.afternoon || rest.starts_with(kMorning);
    if (!parts_.half_day) return true;
    p_ += kMorning.size();
    Spaces();
    return true;
  }
  bool BracketedWeekday() {
    const char* const from = p_;
    Spaces();
    for (const std::string_view open : {"(", "（"}) {
      const std::string_view close = open == "(" ? ")" : "）";
      const size_t size = open.size() + 3 + close.size();
      if (static_cast<size_t>(end_ - p_) < size || std::string_view(p_, open.size()) != open) continue;
      if (std::string_view(p_ + open.size() + 3, close.size()) != close) break;
      p_ += size;
      return true;
    }
    p_ = from;
    return true;
  }
  bool Era() {
    struct Name {
      std::string_view text;
      int before;
    };
    for (const Name& era :
         {Name{"令和", 2018}, Name{"平成", 1988}, Name{"昭和", 1925}, Name{"R", 2018}, Name{"H", 1988}}) {
      if (static_cast<size_t>(end_ - p_) < era.text.size() || std::string_view(p_, era.text.size()) != era.text)
        continue;
      p_ += era.text.size();
      parts_.era = era.before;
      if (era.text.size() > 1) Spaces();
      return true;
    }
    return false;
  }
  bool Epoch() {
    int64_t value = 0;
    const char* const from = p_;
    while (p_ < end_ && IsDigit(*p_) && p_ - from < 17) value = value * 10 + (*p_++ - '0');
    const auto n = p_ - from;
    if (n == 10 && value >= 600'000'000 && value < 4'000'000'000) {
      parts_.epoch = value;
      return OptionalFraction();
    }
    if (n != 13 && n != 16) return false;
    const int64_t unit = n == 13 ? 1000 : 1'000'000;
    parts_.epoch = value / unit;
    parts_.micros = value % unit * (1'000'000 / unit);
    return parts_.epoch >= 600'000'000 && parts_.epoch < 4'000'000'000;
  }

  const char* p_;
  const char* begin_;
  const char* end_;
  const char* second_end_ = nullptr;
  Parts& parts_;
};

int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  // Counts years from March, so that the leap day is a year's last one.
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t in_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + day_of_year - 719468;
}

Micros ToMicros(const Parts& parts, int year) {
  if (parts.epoch >= 0) return parts.epoch * 1'000'000 + parts.micros;
  int64_t hour = parts.hour;
  if (parts.half_day) hour = hour % 12 + (parts.afternoon ? 12 : 0);
  const int64_t days = DaysFromCivil(parts.year < 0 ? year : parts.year, parts.month, parts.day);
  return ((days * 24 + hour) * 60 + parts.minute) * 60'000'000 + parts.second * 1'000'000 + parts.micros;
}

/// A text with ASCII for what is written full-width.
struct Folded {
  char text[96];
  uint8_t from[sizeof text + 1];  ///< where each byte stood
  size_t size = 0;

  explicit Folded(std::string_view original) {
    constexpr std::string_view kWideSpace = "　";
    size_t at = 0;
    while (at < original.size() && at < 250 && size < sizeof text) {
      from[size] = static_cast<uint8_t>(at);
      const std::string_view rest = original.substr(at);
      const bool wide = rest.size() >= 3 && rest.starts_with("\xEF\xBC") && static_cast<uint8_t>(rest[2]) > 0x80;
      const bool space = rest.starts_with(kWideSpace);
      text[size++] = wide ? static_cast<char>(rest[2] - 0x60) : space ? ' ' : rest[0];
      at += wide || space ? 3 : 1;
    }
    from[size] = static_cast<uint8_t>(at);
  }
};

template <size_t kForm>
bool TryForm(std::string_view text, int year, TimeMatch* out) {
  Parts parts;
  if constexpr (kForms[kForm][0] == '~') {
    if (!text.starts_with("\xEF\xBC")) return false;
    const Folded folded(text);
    Reader reader({folded.text, folded.size}, &parts);
    if (!reader.Match<kForm>() || reader.at_digit()) return false;
    // What may follow the seconds is no ASCII: to_second stays 0, so that nobody goes on from there.
    *out = {folded.from[reader.used()], ToMicros(parts, year), static_cast<int>(kForm), 0};
    return true;
  }
  Reader reader(text, &parts);
  if (!reader.Match<kForm>() || reader.at_digit()) return false;
  // A number that goes on is no epoch.
  if (kForm == kEpoch && reader.used() < text.size() && (ClassOf(text[reader.used()]) & (kAlnum | kJoin)) != 0 &&
      text[reader.used()] != ':') {
    return false;
  }
  *out = {reader.used(), ToMicros(parts, year), static_cast<int>(kForm), reader.to_second()};
  return true;
}

using FormReader = bool (*)(std::string_view, int, TimeMatch*);
template <size_t... kForm>
constexpr std::array<FormReader, kFormCount> MakeReaders(std::index_sequence<kForm...>) {
  return {&TryForm<kForm>...};
}
constexpr std::array<FormReader, kFormCount> kReaders = MakeReaders(std::make_index_sequence<kFormCount>());

}  // namespace

bool ReadTimeAs(std::string_view text, int form, int year, TimeMatch* out) {
  return form >= 0 && form < static_cast<int>(kFormCount) && kReaders[static_cast<size_t>(form)](text, year, out);
}

FormTail TailOf(int form) {
  const std::string_view f = kForms[static_cast<size_t>(form)];
  FormTail tail;
  for (const std::string_view end : {"s", "k", "sF", "kF", "sZ", "FZ"}) tail.plain = tail.plain || f.ends_with(end);
  tail.fraction = f.ends_with("F") || f.ends_with("FZ");
  tail.zone = f.ends_with("Z");
  return tail;
}

TimeMatch ReadTime(std::string_view text, int year, int form_hint) {
  TimeMatch match;
  if (ReadTimeAs(text, form_hint, year, &match)) return match;
  if (text.size() < 5) return match;
  const uint8_t first = ClassOf(text[0]);
  if ((first & (kAlnum | kHigh)) == 0) return match;
  for (int form = 0; form < static_cast<int>(kFormCount); ++form) {
    const char head = kForms[static_cast<size_t>(form)][0];
    const bool named = head == 'W' || head == 'B' || head == 'G' || head == 'L' || head == '~';
    if (named == ((first & kDigit) != 0)) continue;
    if (form != form_hint && ReadTimeAs(text, form, year, &match)) return match;
  }
  return match;
}

bool IsSureForm(int form) { return form >= 0 && form != static_cast<int>(kEpoch); }
bool LevelLeads(int form) { return form >= 0 && kForms[static_cast<size_t>(form)][0] == 'L'; }
bool HasYear(int form) {
  return form >= 0 && kForms[static_cast<size_t>(form)].find_first_of("YyE") != std::string_view::npos;
}
bool HasDate(int form) { return form >= 0 && form != static_cast<int>(kClockOnly); }
std::span<const int> OrdersOf(const int& form) {
  if (std::find(kLongOrders.begin(), kLongOrders.end(), form) != kLongOrders.end()) return kLongOrders;
  if (std::find(kShortOrders.begin(), kShortOrders.end(), form) != kShortOrders.end()) return kShortOrders;
  return {&form, 1};
}
bool IsDigitsAlone(int form) { return form == FormOf("YNOijkFZ") || form == FormOf("YNOijkf"); }
size_t TimeForms() { return kFormCount; }

}  // namespace yk::logs
