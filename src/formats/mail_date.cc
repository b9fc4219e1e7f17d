// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_date.h"

#include <fmt/format.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "formats/gmime_ref.h"
#include "text/normalize.h"

namespace yk::formats {
namespace {

constexpr size_t kDateBytes = 200;  ///< no date is longer

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return g_ascii_isalpha(c) != 0; }

/// Names of zones that stand in mails and are not among those of RFC 5322, which GMime knows.
std::string_view OffsetOf(std::string_view zone) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kZones = {
      {{"jst", "+0900"},  {"kst", "+0900"},  {"utc", "+0000"},  {"wet", "+0000"},  {"west", "+0100"}, {"bst", "+0100"},
       {"cet", "+0100"},  {"met", "+0100"},  {"cest", "+0200"}, {"mest", "+0200"}, {"eet", "+0200"},  {"eest", "+0300"},
       {"msk", "+0300"},  {"hkt", "+0800"},  {"sgt", "+0800"},  {"awst", "+0800"}, {"aest", "+1000"}, {"aedt", "+1100"},
       {"nzst", "+1200"}, {"nzdt", "+1300"}, {"akst", "-0900"}, {"hst", "-1000"}}};
  const std::string folded = text::FoldCase(zone);
  for (const auto& [name, offset] : kZones) {
    if (name == folded) return offset;
  }
  return {};
}

bool IsZoneOfTheStandard(std::string_view zone) {
  constexpr std::array<std::string_view, 10> kZones = {"ut",  "gmt", "est", "edt", "cst",
                                                       "cdt", "mst", "mdt", "pst", "pdt"};
  return zone.size() == 1 || std::find(kZones.begin(), kZones.end(), text::FoldCase(zone)) != kZones.end();
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> out;
  bool open = false;
  int comment = 0;
  for (const char c : text) {
    comment += c == '(' ? 1 : 0;
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || comment > 0;
    if (!blank && !open) out.emplace_back();
    if (!blank) out.back() += c;
    open = !blank;
    if (c == ')' && comment > 0) --comment;
  }
  return out;
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// "月, 1 4月 2024" -> "1 Apr 2024"; "2024年4月1日(月)" -> "2024-4-1 ".
std::string WithoutJapanese(std::string text) {
  if (text.find("年") != std::string::npos) {
    ReplaceAll(text, "年", "-");
    ReplaceAll(text, "月", "-");
    ReplaceAll(text, "日", " ");
    return text;
  }
  const size_t digit = std::min(text.find_first_of("0123456789"), text.size());
  if (std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(digit),
                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    text.erase(0, digit);
  }
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const size_t month = text.find("月");
  if (month == std::string::npos) return text;
  size_t begin = month;
  while (begin > 0 && IsDigit(text[begin - 1])) --begin;
  int number = 0;
  std::from_chars(text.data() + begin, text.data() + month, number);
  if (number < 1 || number > 12) return text;
  return text.replace(begin, month + std::string_view("月").size() - begin, kMonths[static_cast<size_t>(number) - 1]);
}

/// Takes a number of `digits_min` to `digits_max` digits off the front.
std::optional<int> TakeNumber(std::string_view& text, size_t digits_min, size_t digits_max) {
  size_t digits = 0;
  while (digits < text.size() && digits < digits_max && IsDigit(text[digits])) ++digits;
  if (digits < digits_min) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return value;
}

bool TakeOneOf(std::string_view& text, std::string_view signs) {
  if (text.empty() || signs.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

struct Moment {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::string zone;
};

/// "2024-04-01T09:30:00+09:00", "2024/4/1 9:30 +0900".
std::optional<Moment> ParseIso(std::string_view text) {
  Moment out;
  const auto year = TakeNumber(text, 4, 4);
  if (!year || !TakeOneOf(text, "-/.")) return std::nullopt;
  const auto month = TakeNumber(text, 1, 2);
  if (!month || !TakeOneOf(text, "-/.")) return std::nullopt;
  const auto day = TakeNumber(text, 1, 2);
  if (!day) return std::nullopt;
  if (text.starts_with('T')) text.remove_prefix(1);
  text = text::TrimSpace(text);
  const auto hour = TakeNumber(text, 1, 2);
  if (!hour || !TakeOneOf(text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text, 2, 2);
  if (!minute) return std::nullopt;
  std::optional<int> second = 0;
  if (TakeOneOf(text, ":")) second = TakeNumber(text, 2, 2);
  if (!second) return std::nullopt;
  if (TakeOneOf(text, ".,")) {
    while (TakeOneOf(text, "0123456789")) continue;
  }
  return Moment{*year, *month, *day, *hour, *minute, *second, std::string(text::TrimSpace(text))};
}

/// The zone among the words behind the time of day, made an offset where it is a name; a sentence about what is wrong.
std::string SettleZone(std::vector<std::string>& words) {
  const auto time =
      std::find_if(words.begin(), words.end(), [](const std::string& word) { return word.find(':') != word.npos; });
  if (time == words.end()) return {};
  for (auto word = time + 1; word != words.end(); ++word) {
    if (word->size() > 3 &&
        (g_ascii_strncasecmp(word->c_str(), "GMT", 3) == 0 || g_ascii_strncasecmp(word->c_str(), "UTC", 3) == 0)) {
      word->erase(0, 3);  // "GMT+0900"
    }
    if (word->front() == '+' || word->front() == '-') {
      std::erase(*word, ':');
      if (word->size() == 4) word->insert(1, "0");  // "-600" lacks a digit
      if (word->size() == 3) *word += "00";
      return {};
    }
    if (!std::all_of(word->begin(), word->end(), IsLetter)) continue;
    const std::string folded = text::FoldCase(*word);
    if (folded == "am" || folded == "pm") continue;
    if (const std::string_view offset = OffsetOf(*word); !offset.empty()) *word = offset;
    if (!IsLetter(word->front()) || IsZoneOfTheStandard(*word)) return {};
    return fmt::format("The mail's date names the time zone {}, which is not known; it was read as UTC.", *word);
  }
  // "09:30:00+0900" and "09:30:00Z" have it in the same word.
  if (time->find_first_of("+-Z", time->find(':')) != std::string::npos) return {};
  return "The mail's date names no time zone; it was read as UTC.";
}

/// A day that ends at 24:00 is written so by some; no parser takes it.
bool TakeMidnight(std::vector<std::string>& words) {
  for (std::string& word : words) {
    if (word != "24:00" && word != "24:00:00") continue;
    word[0] = word[1] = '0';
    return true;
  }
  return false;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

GDateTime* FromMoment(Moment moment) {
  const std::string folded = text::FoldCase(moment.zone);
  if (folded.empty() || folded == "gmt" || folded == "ut") moment.zone = "Z";
  // Nothing else goes to GLib: it looks names of zones up among the files of the machine.
  if (moment.zone != "Z" && moment.zone.front() != '+' && moment.zone.front() != '-') return nullptr;
  const bool midnight = moment.hour == 24 && moment.minute == 0 && moment.second == 0;
  if (midnight) moment.hour = 0;
  GTimeZone* zone = g_time_zone_new_identifier(moment.zone.c_str());
  if (zone == nullptr) return nullptr;
  GDateTime* date =
      g_date_time_new(zone, moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second);
  g_time_zone_unref(zone);
  if (!midnight || date == nullptr) return date;
  GDateTime* next = g_date_time_add_days(date, 1);
  g_date_time_unref(date);
  return next;
}

GDateTime* FromWords(std::vector<std::string> words) {
  const bool midnight = TakeMidnight(words);
  GDateTime* date = g_mime_utils_header_decode_date(Joined(words).c_str());
  if (!midnight || date == nullptr) return date;
  GDateTime* next = g_date_time_add_days(date, 1);
  g_date_time_unref(date);
  return next;
}

std::string Iso(GDateTime* date, bool utc) {
  const GText text(g_date_time_format(date, utc ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S%:z"));
  return text == nullptr ? std::string() : std::string(text.get());
}

}  // namespace

MailDate ReadMailDate(std::string_view decoded) {
  MailDate out;
  if (decoded.empty()) return out;
  std::vector<std::string> words = Words(WithoutJapanese(std::string(decoded.substr(0, kDateBytes))));
  out.problem = SettleZone(words);
  const auto moment = ParseIso(Joined(words));
  GDateTime* date = moment ? FromMoment(*moment) : FromWords(words);
  if (date == nullptr) {
    out.problem = "The mail's date cannot be read as one; it stands among the headers as it is written.";
    return out;
  }
  out.local = Iso(date, false);
  if (GDateTime* utc = g_date_time_to_utc(date)) {
    out.utc = Iso(utc, true);
    g_date_time_unref(utc);
  }
  g_date_time_unref(date);
  return out;
}

}  // namespace yk::formats
