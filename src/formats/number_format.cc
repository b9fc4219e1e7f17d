// SPDX-License-Identifier: Apache-2.0
#include "formats/number_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "formats/workbook.h"

namespace yk::formats {
namespace {

struct BuiltinFormat {
  int id;
  std::string_view code;
};

// 27-36 and 50-58 are dates in the East Asian editions, which are the ones that write them, here as in the Japanese one
// where they differ (55 and 56 are times in the Chinese ones); 71-81 in the Thai one.
constexpr std::array kBuiltins = {
    BuiltinFormat{1, "0"},
    BuiltinFormat{2, "0.00"},
    BuiltinFormat{3, "#,##0"},
    BuiltinFormat{4, "#,##0.00"},
    BuiltinFormat{5, "#,##0"},
    BuiltinFormat{6, "#,##0"},
    BuiltinFormat{7, "#,##0.00"},
    BuiltinFormat{8, "#,##0.00"},
    BuiltinFormat{9, "0%"},
    BuiltinFormat{10, "0.00%"},
    BuiltinFormat{11, "0.00E+00"},
    BuiltinFormat{12, "# ?/?"},
    BuiltinFormat{13, "# ?\?/?\?"},
    BuiltinFormat{14, "m/d/yyyy"},
    BuiltinFormat{15, "d-mmm-yy"},
    BuiltinFormat{16, "d-mmm"},
    BuiltinFormat{17, "mmm-yy"},
    BuiltinFormat{18, "h:mm AM/PM"},
    BuiltinFormat{19, "h:mm:ss AM/PM"},
    BuiltinFormat{20, "h:mm"},
    BuiltinFormat{21, "h:mm:ss"},
    BuiltinFormat{22, "m/d/yyyy h:mm"},
    BuiltinFormat{27, "yyyy-m-d"},
    BuiltinFormat{28, "yyyy-m-d"},
    BuiltinFormat{29, "yyyy-m-d"},
    BuiltinFormat{30, "m/d/yy"},
    BuiltinFormat{31, "yyyy-m-d"},
    BuiltinFormat{32, "h:mm"},
    BuiltinFormat{33, "h:mm:ss"},
    BuiltinFormat{34, "yyyy\"年\"m\"月\""},
    BuiltinFormat{35, "m\"月\"d\"日\""},
    BuiltinFormat{36, "yyyy-m-d"},
    BuiltinFormat{37, "#,##0;-#,##0"},
    BuiltinFormat{38, "#,##0;-#,##0"},
    BuiltinFormat{39, "#,##0.00;-#,##0.00"},
    BuiltinFormat{40, "#,##0.00;-#,##0.00"},
    BuiltinFormat{41, "#,##0;-#,##0"},
    BuiltinFormat{42, "#,##0;-#,##0"},
    BuiltinFormat{43, "#,##0.00;-#,##0.00"},
    BuiltinFormat{44, "#,##0.00;-#,##0.00"},
    BuiltinFormat{45, "mm:ss"},
    BuiltinFormat{46, "[h]:mm:ss"},
    BuiltinFormat{47, "mm:ss.0"},
    BuiltinFormat{48, "##0.0E+0"},
    BuiltinFormat{50, "yyyy-m-d"},
    BuiltinFormat{51, "yyyy-m-d"},
    BuiltinFormat{52, "yyyy\"年\"m\"月\""},
    BuiltinFormat{53, "m\"月\"d\"日\""},
    BuiltinFormat{54, "yyyy-m-d"},
    BuiltinFormat{55, "yyyy\"年\"m\"月\""},
    BuiltinFormat{56, "m\"月\"d\"日\""},
    BuiltinFormat{57, "yyyy-m-d"},
    BuiltinFormat{58, "yyyy-m-d"},
    BuiltinFormat{59, "0"},
    BuiltinFormat{60, "0.00"},
    BuiltinFormat{61, "#,##0"},
    BuiltinFormat{62, "#,##0.00"},
    BuiltinFormat{67, "0%"},
    BuiltinFormat{68, "0.00%"},
    BuiltinFormat{71, "d/m/yyyy"},
    BuiltinFormat{72, "d-mmm-yy"},
    BuiltinFormat{73, "d-mmm"},
    BuiltinFormat{74, "mmm-yy"},
    BuiltinFormat{75, "h:mm"},
    BuiltinFormat{76, "h:mm:ss"},
    BuiltinFormat{77, "d/m/yyyy h:mm"},
    BuiltinFormat{78, "mm:ss"},
    BuiltinFormat{79, "[h]:mm:ss"},
    BuiltinFormat{80, "mm:ss.0"},
    BuiltinFormat{81, "d/m/yyyy"},
};

struct CivilDate {
  int64_t year;
  int month, day;
};

/// Proleptic Gregorian date of a day counted from 1970-01-01.
CivilDate FromDays(int64_t days) {
  days += 719468;  // from 0000-03-01, so that the leap day ends a year
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

/// `%.Nf` with halves away from zero as they are written: 2.675 gives 2.68.
std::string Rounded(double number, int decimals) { return fmt::format("{:.{}f}", number * (1 + 4e-16), decimals); }

/// With 15 digits, as the programs show numbers: sums of decimals end in rubbish behind them. Whole numbers are shown
/// whole.
std::string General(double number) {
  if (std::trunc(number) == number || !std::isfinite(number)) return ShortestDecimal(number);
  const std::string digits = fmt::format("{:.14e}", number);
  double rounded = number;
  std::from_chars(digits.data(), digits.data() + digits.size(), rounded);
  return ShortestDecimal(rounded);
}

std::string WithThousands(std::string digits) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), 1, ',');
  return digits;
}

constexpr int64_t kDayMs = 86'400'000;

std::string Clock(int64_t ms, bool seconds) {
  std::string out = fmt::format("{:02}:{:02}", ms / 3'600'000, ms / 60'000 % 60);
  if (seconds) out += fmt::format(":{:02}", ms / 1000 % 60);
  if (seconds && ms % 1000 != 0) out += fmt::format(".{:03}", ms % 1000);
  return out;
}

}  // namespace

std::string_view NumberFormat::Builtin(int id) {
  for (const BuiltinFormat& format : kBuiltins) {
    if (format.id == id) return format.code;
  }
  return {};
}

NumberFormat::Shown NumberFormat::Show(double number, bool epoch_1904) const {
  Shown out;
  out.value = ShortestDecimal(number);
  bool magnitude = false;
  const Section& section = SectionFor(number, magnitude);
  if (section.kind == Kind::kElapsed && std::fabs(number) < 1e9) return Elapsed(section, number);
  if (section.kind == Kind::kDate && Date(section, number, epoch_1904, out)) return out;
  if (section.kind != Kind::kNumber) {
    out.text = section.kind == Kind::kGeneral ? General(number) : out.value;
  } else if (section.odd) {
    out.text = General(number);  // as it is, so with its own sign
  } else {
    out.text = Number(section, magnitude ? std::fabs(number) : number);
  }
  return out;
}

const NumberFormat::Section& NumberFormat::SectionFor(double number, bool& magnitude) const {
  const bool conditions =
      std::any_of(sections_.begin(), sections_.end(), [](const Section& s) { return s.compare != 0; });
  if (conditions) {
    for (const Section& section : sections_) {
      if (section.Accepts(number)) return section;
    }
    return sections_.back();
  }
  if (number < 0 && sections_.size() >= 2) {
    magnitude = true;  // the section writes its own sign
    return sections_[1];
  }
  return number == 0 && sections_.size() >= 3 ? sections_[2] : sections_[0];
}

/// "0.##" shows 3 as "3", unlike the programs, which leave the point.
void NumberFormat::CutZeros(const Section& section, std::string& fraction) {
  auto place = section.tokens.rbegin();
  for (; !fraction.empty() && fraction.back() == '0'; ++place) {
    while (place->kind != TokenKind::kDigit) ++place;
    if (place->digit == '0') return;
    fraction.pop_back();
  }
}

std::string NumberFormat::Scientific(const Section& section, double number) {
  const auto& tokens = section.tokens;
  const auto find = [&](TokenKind kind) {
    return std::find_if(tokens.begin(), tokens.end(), [kind](const Token& token) { return token.kind == kind; });
  };
  const auto exponent = find(TokenKind::kExponent);
  const auto point = std::min(find(TokenKind::kPoint), exponent);
  return fmt::format("{:.{}E}", number,
                     std::count_if(point, exponent, [](const Token& token) { return token.digit != 0; }));
}

std::string NumberFormat::Number(const Section& section, double number) {
  const auto& tokens = section.tokens;
  const auto has = [&](TokenKind kind) {
    return std::any_of(tokens.begin(), tokens.end(), [kind](const Token& token) { return token.kind == kind; });
  };
  double shown = std::fabs(number);
  for (int i = 0; i < section.percents; ++i) shown *= 100;
  for (int i = 0; i < section.scale; ++i) shown /= 1000;
  if (tokens.empty()) return "";
  if (!(shown < 1e21)) return ShortestDecimal(number);
  if (has(TokenKind::kExponent)) return Scientific(section, number);
  const auto point =
      std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.kind == TokenKind::kPoint; });
  const auto is_place = [](const Token& token) { return token.digit != 0; };
  const auto decimals = std::min<std::ptrdiff_t>(std::count_if(point, tokens.end(), is_place), 30);
  Digits digits;
  digits.whole = Rounded(shown, static_cast<int>(decimals));
  const bool zero = digits.whole.find_first_not_of("0.") == std::string::npos;
  if (const size_t dot = digits.whole.find('.'); dot != std::string::npos) {
    digits.fraction = digits.whole.substr(dot + 1);
    digits.whole.resize(dot);
    CutZeros(section, digits.fraction);
  }
  if (digits.whole == "0") digits.whole.clear();
  digits.places = std::count_if(tokens.begin(), point, is_place);
  if (section.thousands) {
    const auto zeros =
        static_cast<size_t>(std::count_if(tokens.begin(), point, [](const Token& t) { return t.digit == '0'; }));
    if (digits.whole.size() < zeros) digits.whole.insert(0, zeros - digits.whole.size(), '0');
    digits.whole = WithThousands(std::move(digits.whole));
  }
  std::string out = Lay(section, digits, shown);
  // "(1,234) " has its last place for looks only.
  while (out.ends_with(' ')) out.pop_back();
  out.erase(0, out.find_first_not_of(' '));
  return number < 0 && (!zero || has(TokenKind::kGeneral)) ? "-" + out : out;
}

/// Lays digits into the places of the format.
std::string NumberFormat::Lay(const Section& section, const Digits& digits, double magnitude) {
  std::string out;
  std::ptrdiff_t left = digits.places;  // places of the whole part that are still to come
  size_t used = 0;
  size_t fraction_at = 0;
  bool after_point = false;
  for (const Token& token : section.tokens) {
    if (token.kind == TokenKind::kPoint) {
      after_point = true;
      if (digits.places == 0) out += digits.whole;
      if (!digits.fraction.empty()) out += '.';
    } else if (token.kind == TokenKind::kDigit && after_point) {
      if (fraction_at < digits.fraction.size()) out += digits.fraction[fraction_at++];
    } else if (token.kind == TokenKind::kDigit) {
      --left;
      // The first place takes all digits that have no place of their own; in groups of thousands the last takes all.
      const auto rest = static_cast<std::ptrdiff_t>(digits.whole.size() - used);
      if (section.thousands) {
        if (left == 0) out += digits.whole;
      } else if (rest > left) {
        out += digits.whole.substr(used, static_cast<size_t>(rest - left));
        used += static_cast<size_t>(rest - left);
      } else if (token.digit == '0') {
        out += '0';
      }
    } else if (token.kind == TokenKind::kGeneral) {
      out += General(magnitude);
    } else {
      out += token.kind == TokenKind::kPercent ? "%" : token.text;
    }
  }
  return out;
}

bool NumberFormat::Date(const Section& section, double serial, bool epoch_1904, Shown& out) {
  if (!(serial >= 0) || serial >= 2'958'466) return false;  // after 9999-12-31
  int64_t ms = std::llround(serial * static_cast<double>(kDayMs));
  if (!section.fraction) ms = (ms + 500) / 1000 * 1000;
  const int64_t day = ms / kDayMs;
  const int64_t clock = ms % kDayMs;
  out.type = reader::CellType::kDate;
  const bool calendar = section.year || section.month || section.day;
  const bool time = section.hour || section.minute || section.second;
  if (day == 0 && (!epoch_1904 || !calendar)) {
    out.value = Clock(clock, true);
    out.text = Clock(clock, section.second || !time);
    return true;
  }
  // 1900 is counted as a leap year, for which day 60 stands.
  const int64_t days = epoch_1904 ? day - 24107 : day - (day < 60 ? 25568 : 25569);
  const CivilDate date = FromDays(days);
  const bool feb_29 = !epoch_1904 && day == 60;
  const std::string iso = feb_29 ? "1900-02-29" : fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  out.value = iso;
  if (clock != 0 || time) out.value += "T" + Clock(clock, true);
  if (calendar) out.text = !section.day && section.year ? iso.substr(0, section.month ? 7 : 4) : iso;
  if (time) out.text += (calendar ? " " : "") + Clock(clock, section.second);
  return true;
}

NumberFormat::Shown NumberFormat::Elapsed(const Section& section, double days) {
  const int64_t all = std::llround(std::fabs(days) * 86400);
  const char* sign = days < 0 && all > 0 ? "-" : "";
  Shown out;
  out.type = reader::CellType::kDate;
  out.value = fmt::format("{}PT{}H{}M{}S", sign, all / 3600, all / 60 % 60, all % 60);
  if (section.hour) {
    out.text = fmt::format("{}{}:{:02}", sign, all / 3600, all / 60 % 60);
    if (section.second) out.text += fmt::format(":{:02}", all % 60);
  } else if (section.minute) {
    out.text = fmt::format("{}{}", sign, all / 60);
    if (section.second) out.text += fmt::format(":{:02}", all % 60);
  } else {
    out.text = fmt::format("{}{}", sign, all);
  }
  return out;
}

bool NumberFormat::Section::Accepts(double number) const {
  switch (compare) {
    case '<': return number < limit;
    case '>': return number > limit;
    case '=': return number == limit;
    case 'l': return number <= limit;
    case 'g': return number >= limit;
    case 'n': return number != limit;
    default: return true;
  }
}

}  // namespace yk::formats
