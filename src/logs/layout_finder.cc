// SPDX-License-Identifier: Apache-2.0
#include "logs/layout_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "logs/brackets.h"
#include "logs/bytes.h"
#include "logs/header_columns.h"
#include "logs/level.h"
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
  std::string_view before;  ///< a bracket or another mark that opens the time
  std::string_view after;   ///< a mark right behind it
  bool priority = false;    ///< syslog's number in angle brackets begins the line
  bool delimited = false;   ///< see TimePlace
  auto operator<=>(const Kind&) const = default;
};

struct Member {
  std::string_view line;
  TimePlace time;
};

/// The mark at the beginning of `text` that may open a time; empty: none.
std::string_view OpenerOf(std::string_view text) {
  if (text.starts_with('<') || text.starts_with('"')) return text.substr(0, 1);
  const Bracket* const bracket = BracketAt(text);
  return bracket == nullptr ? std::string_view() : bracket->open;
}

/// The first character, of one byte or more.
std::string_view FirstCharacter(std::string_view text) {
  size_t bytes = text.empty() ? 0 : 1;
  while (bytes > 0 && bytes < text.size() && (static_cast<uint8_t>(text[0]) & 0xC0) == 0xC0 &&
         (static_cast<uint8_t>(text[bytes]) & 0xC0) == 0x80) {
    ++bytes;
  }
  return text.substr(0, bytes);
}

Kind KindOf(std::string_view line, const TimePlace& time, bool priority) {
  Kind kind{OrdersOf(time.form)[0], time.column, line.substr(time.begin - time.opener, time.opener), {}, priority,
            time.delimited};
  if (time.end < line.size() && !IsSpace(line[time.end])) kind.after = FirstCharacter(line.substr(time.end));
  return kind;
}

/// Where column number `column` begins: behind white space, or right behind a bracket that another one follows.
size_t NextColumn(std::string_view line, size_t at) {
  while (at < line.size() && !IsSpace(line[at])) {
    if (line.substr(at).starts_with("][")) return at + 1;
    if (line.substr(at).starts_with("】【")) return at + 3;
    ++at;
  }
  return at;
}

/// Bytes of syslog's "<11>" at the beginning of a line.
size_t PriorityBytes(std::string_view line) {
  if (!line.starts_with('<')) return 0;
  size_t end = 1;
  while (end < line.size() && IsDigit(line[end])) ++end;
  return end >= 2 && end <= 4 && end < line.size() && line[end] == '>' ? end + 1 : 0;
}

/// "<Month> <Day> <Time>" for a time of three words.
std::string TimeFields(std::string_view text) {
  if (const size_t comma = text.find(',');
      comma < text.find(':') && comma + 1 < text.size() && IsDigit(text[comma + 1]))
    return "<Date>,<Time>";
  const size_t words = CutColumns(text, 8).size();
  static constexpr std::string_view kFields[] = {"<Time>", "<Date> <Time>", "<Month> <Day> <Time>",
                                                 "<Month> <Day> <Year> <Time>",
                                                 "<Weekday> <Month> <Day> <Time> <Year>"};
  return words >= 1 && words <= std::size(kFields) ? std::string(kFields[words - 1]) : "<Time>";
}

/// The columns before the time. `glued`: no white space behind them.
std::vector<std::string_view> ColumnsBefore(const Member& member, std::vector<bool>* glued) {
  std::vector<std::string_view> columns;
  glued->clear();
  size_t at = 0;
  while (columns.size() < member.time.column) {
    while (!member.time.delimited && at < member.line.size() && IsSpace(member.line[at])) ++at;
    const size_t end = member.time.delimited ? member.line.find(',', at) : NextColumn(member.line, at);
    columns.push_back(member.line.substr(at, end - at));
    glued->push_back(end < member.line.size() && !IsSpace(member.line[end]));
    at = end + (member.time.delimited ? 1 : 0);
  }
  return columns;
}

std::string FormatBefore(const std::vector<Member>& members, size_t columns) {
  std::vector<bool> glued;
  const std::vector<std::string_view> first = ColumnsBefore(members[0], &glued);
  std::vector<size_t> addresses(columns, 0), levels(columns, 0), letters(columns, 0);
  std::vector<bool> same(columns, true), brackets(columns, true);
  for (const Member& member : members) {
    std::vector<bool> ignored;
    const std::vector<std::string_view> texts = ColumnsBefore(member, &ignored);
    for (size_t i = 0; i < columns; ++i) {
      same[i] = same[i] && texts[i] == first[i];
      brackets[i] = brackets[i] && texts[i].starts_with('[') && texts[i].ends_with(']');
      addresses[i] +=
          !texts[i].empty() && IsDigit(texts[i][0]) && std::count(texts[i].begin(), texts[i].end(), '.') == 3;
      levels[i] += LevelOn(LevelScale::kWords, texts[i]) != Level::kNone;
      letters[i] += LevelOf(texts[i], true) != Level::kNone;
    }
  }
  std::string format;
  for (size_t i = 0; i < columns; ++i) {
    const bool mark = same[i] && !first[i].empty() && first[i].size() <= 2 && (ClassOf(first[i][0]) & kAlnum) == 0;
    const auto nearly = [&](size_t n) { return n * 20 >= members.size() * 19; };
    std::string name = addresses[i] * 2 > members.size() ? "<Host>" : fmt::format("<Field{}>", i + 1);
    const bool level = nearly(levels[i]) || (nearly(letters[i]) && !same[i]);
    if (level && format.find("<Level>") == std::string::npos) name = "<Level>";
    format += mark ? EscapeFormat(first[i]) : brackets[i] ? fmt::format(R"(\[{}\])", name) : name;
    if (members[0].time.delimited) {
      format += ',';
    } else if (!glued[i]) {
      format += ' ';
    }
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
  std::string head = kind.priority ? "\\<<Priority>\\>" : "";
  // RFC 5424 says what follows its version and time.
  if (kind.priority && kind.column == 1 && members[0].line.starts_with("1 ")) {
    head += "1 <Time> <Host> <Component> <Pid> <MessageKind> ";
    found.full = head + "- <Content>";
    found.time_only = head + "<Content>";
    return found;
  }
  head += FormatBefore(members, kind.column);
  head += EscapeFormat(kind.before);
  const Member& one = members[0];
  // Inside brackets the time is one field, whatever white space it holds.
  const bool closed = !kind.before.empty() && !kind.after.empty();
  head += closed ? "<Time>" : TimeFields(one.line.substr(one.time.begin, one.time.end - one.time.begin));
  std::vector<std::string_view> rests;
  for (const Member& member : members) rests.push_back(member.line.substr(member.time.end + kind.after.size()));
  head += EscapeFormat(kind.after);
  // Where columns stand before the time as well, those behind it are what is told.
  const bool delimited =
      !kind.delimited && (kind.after == "|" || (kind.after == "," && !IsSpace(rests[0].empty() ? ' ' : rests[0][0])));
  if (delimited) {
    found.full = head + FormatOfDelimited(rests, kind.after[0]) + "<Content>";
    found.time_only = head + "<Content>";
    return found;
  }
  const bool apart =
      std::all_of(rests.begin(), rests.end(), [](std::string_view r) { return r.empty() || IsSpace(r[0]); });
  const std::string columns = FormatOfColumns(rests, year);
  const std::string gap = apart || kind.after.empty() ? " " : "";
  found.full = head + gap + columns + "<Content>";
  found.time_only = head + gap + "<Content>";
  return found;
}

}  // namespace

TimePlace FindTimeIn(std::string_view line, int year) {
  TimePlace place;
  size_t at = 0;
  for (size_t column = 0; column <= kTimeColumnsMax && at < std::min(line.size(), kTimeWithin); ++column) {
    while (at < line.size() && IsSpace(line[at])) ++at;
    const size_t opener = OpenerOf(line.substr(at)).size();
    const size_t begin = at + opener;
    if (begin < line.size()) {
      const TimeMatch match = ReadTime(line.substr(begin), year);
      // A clock alone and a number are times only where a line begins.
      const bool sure = HasDate(match.form) && (opener > 0 || !IsDigitsAlone(match.form));
      if (match.found() && (sure || column == 0)) {
        return {begin, begin + match.bytes, opener, column, match.form};
      }
    }
    at = NextColumn(line, at);
  }
  at = 0;
  for (size_t column = 1; column <= kTimeColumnsMax; ++column) {
    at = line.find(',', at);
    if (at == std::string_view::npos || ++at >= std::min(line.size(), kTimeWithin)) break;
    const TimeMatch match = ReadTime(line.substr(at), year);
    if (match.found() && HasDate(match.form) && IsSureForm(match.form) && !IsDigitsAlone(match.form))
      return {at, at + match.bytes, 0, column, match.form, true};
  }
  return place;
}

std::vector<std::string> FindHeaderFormats(const std::vector<std::string_view>& sample, int year) {
  std::map<Kind, std::vector<Member>> kinds;
  for (const std::string_view line : sample) {
    if (line.empty() || IsSpace(line[0]) || line[0] == '{') continue;
    const size_t priority = PriorityBytes(line);
    const std::string_view rest = line.substr(priority);
    const TimePlace time = FindTimeIn(rest, year);
    if (time.found()) kinds[KindOf(rest, time, priority > 0)].push_back({rest, time});
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
