// SPDX-License-Identifier: Apache-2.0
#include "incidents/time_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace yk::incidents {
namespace {

constexpr logs::Micros kSecond = 1'000'000;
constexpr logs::Micros kDay = 86'400 * kSecond;

/// A number of `digits` digits at the beginning of `text`, which moves past it; -1: there is none.
int Take(std::string_view* text, size_t digits) {
  int value = -1;
  if (text->size() < digits) return -1;
  const auto [end, error] = std::from_chars(text->data(), text->data() + digits, value);
  if (error != std::errc() || end != text->data() + digits) return -1;
  text->remove_prefix(digits);
  return value;
}

bool Skip(std::string_view* text, std::string_view any_of) {
  if (text->empty() || any_of.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

/// "10:42" or "10:42:07" and nothing behind it.
std::optional<logs::Micros> Clock(std::string_view text) {
  const int hours = Take(&text, 2);
  if (hours < 0 || hours > 24 || !Skip(&text, ":")) return std::nullopt;
  const int minutes = Take(&text, 2);
  int seconds = 0;
  if (Skip(&text, ":")) seconds = Take(&text, 2);
  if (!text.empty() || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return std::nullopt;
  return (hours * 3600 + minutes * 60 + seconds) * kSecond;
}

std::optional<logs::Micros> Date(std::string_view text) {
  const int year = Take(&text, 4);
  if (year < 0 || !Skip(&text, "-/")) return std::nullopt;
  const int month = Take(&text, 2);
  if (month < 0 || !Skip(&text, "-/")) return std::nullopt;
  const int day = Take(&text, 2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(std::max(0, month))),
                                         std::chrono::day(static_cast<unsigned>(std::max(0, day)))};
  if (!date.ok()) return std::nullopt;
  const logs::Micros begin = std::chrono::sys_days(date).time_since_epoch().count() * kDay;
  if (text.empty()) return begin;
  if (!Skip(&text, "T ")) return std::nullopt;
  const auto clock = Clock(text);
  if (!clock) return std::nullopt;
  return begin + *clock;
}

std::optional<logs::Micros> Before(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const std::string_view units = "smhd";
  const logs::Micros lengths[] = {kSecond, 60 * kSecond, 3600 * kSecond, kDay};
  const size_t unit = units.find(text.back());
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, number);
  if (unit == std::string_view::npos || error != std::errc() || end != text.data() + text.size() - 1)
    return std::nullopt;
  if (number < 0 || number > 1'000'000) return std::nullopt;
  return number * lengths[unit];
}

int YearOf(logs::Micros time) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(time)));
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

}  // namespace

bool IsMoment(std::string_view text) { return Date(text) || Clock(text) || Before(text); }

Result<logs::Micros> ParseMoment(std::string_view text, const logs::LogSummary& log) {
  if (const auto date = Date(text)) return *date;
  if (log.last_time != logs::kNoTime) {
    const logs::Micros day = log.last_time - ((log.last_time % kDay) + kDay) % kDay;
    if (const auto clock = Clock(text)) return day + *clock;
    if (const auto before = Before(text)) return log.last_time - *before;
  } else if (Clock(text) || Before(text)) {
    return Fail(Code::kInvalid, "the lines of this log have no times, so that no part of it can be chosen by time");
  }
  return Fail(Code::kInvalid, "'{}' is no time; write for example '2026-03-02 10:42', '10:42' or '2h' (before the end)",
              text);
}

std::vector<Piece> CutTime(const logs::Mined& mined, std::span<const logs::LogInput> inputs, logs::Micros from,
                           logs::Micros to) {
  struct Span {
    uint64_t begin = 0, end = 0, first_line = 0;
    logs::Micros first_time = logs::kNoTime;
    bool any = false, open = false;  ///< open: the line after the last one is not known yet
  };
  std::vector<Span> spans(inputs.size());
  mined.Visit({}, [&](const logs::LineEvent& event) {
    Span& span = spans[event.place.input];
    if (span.open && !event.continuation) {
      span.end = event.place.offset;
      span.open = false;
    }
    const logs::Micros time = event.place.time;
    if (time == logs::kNoTime || (from != logs::kNoTime && time < from) || (to != logs::kNoTime && time >= to))
      return true;
    if (!span.any) {
      span.begin = event.place.offset;
      span.first_line = event.place.line;
      span.first_time = time;
    }
    span.any = span.open = true;
    return true;
  });
  std::vector<Piece> pieces;
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (!spans[i].any) continue;
    const uint64_t end = spans[i].open ? inputs[i].bytes.size() : spans[i].end;
    pieces.push_back({i,
                      spans[i].begin,
                      spans[i].first_line - 1,
                      {inputs[i].name, inputs[i].bytes.substr(spans[i].begin, end - spans[i].begin),
                       mined.summary().charsets[i], YearOf(spans[i].first_time)}});
  }
  return pieces;
}

void RestorePlaces(std::span<const Piece> pieces, logs::LogSummary* log, Findings* findings) {
  std::vector<uint64_t> lines_before(pieces.size(), 0);
  for (size_t i = 1; i < pieces.size(); ++i) lines_before[i] = lines_before[i - 1] + log->input_lines[i - 1];
  const auto restore_line = [&](uint64_t line, uint32_t input) {
    return line - lines_before[input] + pieces[input].lines_before;
  };
  const auto restore = [&](logs::LinePlace* place) {
    if (place->line == 0 || place->input >= pieces.size()) return;
    place->line = restore_line(place->line, place->input);
    place->offset += pieces[place->input].offset;
    place->input = pieces[place->input].input;
  };
  for (logs::Template& tmpl : log->templates) {
    restore(&tmpl.first);
    restore(&tmpl.last);
    for (logs::Example& example : tmpl.examples) restore(&example.place);
  }
  for (logs::Example& example : log->rare.examples) restore(&example.place);
  for (std::vector<Incident>* cards : {&findings->incidents, &findings->changes}) {
    for (Incident& card : *cards) {
      const auto restore_alone = [&](uint64_t* line) {
        uint32_t input = 0;
        while (input + 1 < pieces.size() && *line > lines_before[input + 1]) ++input;
        if (*line > 0) *line = restore_line(*line, input);
      };
      restore_alone(&card.first_line);
      for (Evidence& one : card.evidence) restore_alone(&one.line);
    }
  }
  for (logs::IdEvent& event : log->ids) {
    if (event.input >= pieces.size()) continue;
    event.line = restore_line(event.line, event.input);
    event.offset += pieces[event.input].offset;
    event.input = pieces[event.input].input;
  }
}

}  // namespace yk::incidents
