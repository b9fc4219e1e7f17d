// SPDX-License-Identifier: Apache-2.0
#include "logs/layout_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "logs/bytes.h"
#include "logs/header_columns.h"
#include "logs/timestamp.h"

namespace yk::logs {
namespace {

constexpr size_t kTimeWithin = 160;  ///< bytes of a line in which its time must begin
constexpr size_t kTimeColumnsMax = 6;
constexpr size_t kLinesMin = 3;  ///< of the sample: rarer layouts are lines without header

/// Lines whose time stands alike.
struct Kind {
  int form = -1;
  size_t column = 0;
  char before = '\0';  ///< a bracket or another mark that opens the time
  char after = '\0';   ///< a mark right behind it
  auto operator<=>(const Kind&) const = default;
};

struct Member {
  std::string_view line;
  TimePlace time;
};

bool OpensTime(char c) { return c == '[' || c == '(' || c == '<' || c == '"'; }

Kind KindOf(std::string_view line, const TimePlace& time) {
  Kind kind{time.form, time.column, '\0', '\0'};
  if (time.begin > 0 && OpensTime(line[time.begin - 1])) kind.before = line[time.begin - 1];
  if (time.end < line.size() && !IsSpace(line[time.end])) kind.after = line[time.end];
  return kind;
}

/// "<Month> <Day> <Time>" for a time of three words.
std::string TimeFields(std::string_view text) {
  const size_t words = CutColumns(text, 8).size();
  static constexpr std::string_view kFields[] = {"<Time>", "<Date> <Time>", "<Month> <Day> <Time>",
                                                 "<Month> <Day> <Year> <Time>",
                                                 "<Weekday> <Month> <Day> <Time> <Year>"};
  return words >= 1 && words <= std::size(kFields) ? std::string(kFields[words - 1]) : "<Time>";
}

/// The columns before the time.
std::string FormatBefore(const std::vector<Member>& members, size_t columns) {
  std::string format;
  for (size_t i = 0; i < columns; ++i) {
    const std::string_view first = CutColumns(members[0].line, columns)[i].text;
    size_t addresses = 0;
    bool same = true;
    for (const Member& member : members) {
      const std::string_view text = CutColumns(member.line, columns)[i].text;
      same = same && text == first;
      addresses += IsDigit(text[0]) && std::count(text.begin(), text.end(), '.') == 3;
    }
    const bool mark = same && first.size() <= 2 && (ClassOf(first[0]) & kAlnum) == 0;
    format += mark ? EscapeFormat(first) : addresses * 2 > members.size() ? "<Host>" : fmt::format("<Field{}>", i + 1);
    format += ' ';
  }
  return format;
}

struct Found {
  std::string full, time_only;
  size_t lines = 0;
};

Found FormatOf(const Kind& kind, const std::vector<Member>& members, int year) {
  Found found;
  found.lines = members.size();
  std::string head = FormatBefore(members, kind.column);
  if (kind.before != '\0') head += EscapeFormat(std::string(1, kind.before));
  const Member& one = members[0];
  // Inside brackets the time is one field, whatever white space it holds.
  const bool closed = kind.before != '\0' && kind.after != '\0';
  head += closed ? "<Time>" : TimeFields(one.line.substr(one.time.begin, one.time.end - one.time.begin));
  std::vector<std::string_view> rests;
  for (const Member& member : members)
    rests.push_back(member.line.substr(member.time.end + (kind.after != '\0' ? 1 : 0)));
  if (kind.after != '\0') head += EscapeFormat(std::string(1, kind.after));
  const bool delimited =
      kind.after == '|' || kind.after == '\t' || (kind.after == ',' && !IsSpace(rests[0].empty() ? ' ' : rests[0][0]));
  if (delimited) {
    found.full = head + FormatOfDelimited(rests, kind.after) + "<Content>";
    found.time_only = head + "<Content>";
    return found;
  }
  const bool apart =
      std::all_of(rests.begin(), rests.end(), [](std::string_view r) { return r.empty() || IsSpace(r[0]); });
  const std::string columns = FormatOfColumns(rests, year);
  const std::string gap = apart || kind.after == '\0' ? " " : "";
  found.full = head + gap + columns + (columns.empty() ? "" : " ") + "<Content>";
  found.time_only = head + gap + "<Content>";
  return found;
}

}  // namespace

TimePlace FindTimeIn(std::string_view line, int year) {
  TimePlace place;
  size_t at = 0;
  for (size_t column = 0; column <= kTimeColumnsMax && at < std::min(line.size(), kTimeWithin); ++column) {
    while (at < line.size() && IsSpace(line[at])) ++at;
    size_t begin = at;
    if (begin < line.size() && OpensTime(line[begin])) ++begin;
    if (begin < line.size()) {
      const TimeMatch match = ReadTime(line.substr(begin), year);
      if (match.found() && HasDate(match.form)) return {begin, begin + match.bytes, column, match.form};
      // A clock alone is a time only where a line begins.
      if (match.found() && column == 0) return {begin, begin + match.bytes, column, match.form};
    }
    while (at < line.size() && !IsSpace(line[at])) ++at;
  }
  return place;
}

std::vector<std::string> FindHeaderFormats(const std::vector<std::string_view>& sample, int year) {
  std::map<Kind, std::vector<Member>> kinds;
  for (const std::string_view line : sample) {
    if (line.empty() || IsSpace(line[0]) || line[0] == '{') continue;
    const TimePlace time = FindTimeIn(line, year);
    if (time.found()) kinds[KindOf(line, time)].push_back({line, time});
  }
  std::vector<Found> found;
  for (const auto& [kind, members] : kinds) {
    const bool enough = members.size() >= kLinesMin || members.size() * 4 >= sample.size();
    if (enough) found.push_back(FormatOf(kind, members, year));
  }
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.lines > b.lines; });
  std::vector<std::string> formats;
  const auto add = [&](const std::string& format) {
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) formats.push_back(format);
  };
  for (const Found& f : found) add(f.full);
  for (const Found& f : found) add(f.time_only);
  return formats;
}

}  // namespace yk::logs
