// SPDX-License-Identifier: Apache-2.0
#include "logs/header_format.h"

#include <algorithm>

#include "logs/byte_search.h"
#include "logs/bytes.h"

namespace yk::logs {
namespace {

constexpr char kSpaces = '\0';

size_t SkipSpaces(std::string_view line, size_t at) {
  while (at < line.size() && IsSpace(line[at])) ++at;
  return at;
}

/// The end of `splitter`, from its byte number `i` on, when the line has it at `at`; npos otherwise.
size_t EndOfSplitter(std::string_view line, size_t at, const std::string& splitter, size_t i = 0) {
  for (; i < splitter.size(); ++i) {
    if (at >= line.size()) return std::string_view::npos;
    if (splitter[i] != kSpaces) {
      if (line[at++] != splitter[i]) return std::string_view::npos;
    } else {
      if (!IsSpace(line[at])) return std::string_view::npos;
      at = SkipSpaces(line, at + 1);
    }
  }
  return at;
}

/// Fields are as short as possible, the earlier ones first.
bool IsShorter(const HeaderFields& a, const HeaderFields& b) {
  for (size_t i = 0; i < a.count(); ++i) {
    const char* const end = a.end_of(i);
    const char* const other = b.end_of(i);
    if (end != nullptr && other != nullptr && end != other) return end < other;
  }
  return false;
}

}  // namespace

FieldRole RoleOf(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  while (!lower.empty() && IsDigit(lower.back())) lower.pop_back();
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), lower) != words.end();
  };
  if (is({"date", "time", "timestamp", "month", "day", "year", "datetime", "ts", "epoch", "weekday", "zone"})) {
    return FieldRole::kTime;
  }
  if (is({"level", "severity", "loglevel", "lvl", "priority"})) return FieldRole::kLevel;
  if (is({"component", "logger", "service", "program", "app", "module", "class", "process", "source"})) {
    return FieldRole::kComponent;
  }
  if (is({"host", "hostname", "node", "machine", "location", "server"})) return FieldRole::kHost;
  if (is({"pid", "tid", "thread", "processid", "threadid"})) return FieldRole::kPid;
  if (is({"request", "requestid", "trace", "traceid", "session", "id"})) return FieldRole::kRequest;
  if (is({"content", "message", "msg"})) return FieldRole::kContent;
  return FieldRole::kOther;
}

Result<HeaderFormat> HeaderFormat::Compile(std::string_view format) {
  HeaderFormat out;
  out.text_ = format;
  std::vector<size_t> open;
  unsigned optional = 0;
  const auto text = [&](char c) {
    if (out.items_.empty() || out.items_.back().kind != Item::kText) out.items_.push_back({Item::kText, {}, 0, 0});
    std::string& t = out.items_.back().text;
    if (c == kSpaces && !t.empty() && t.back() == kSpaces) return;
    t.push_back(c);
  };
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '\\' && i + 1 < format.size()) {
      ++i;
      text(format[i] == 's' ? kSpaces : format[i]);
      if (format[i] == 's' && i + 1 < format.size() && format[i + 1] == '+') ++i;
    } else if (IsSpace(c)) {
      text(kSpaces);
    } else if (const size_t end = c == '<' ? format.find('>', i) : std::string_view::npos;
               end != std::string_view::npos) {
      if (out.names_.size() == HeaderFields::kMax) return Fail(Code::kInvalid, "the header format has too many fields");
      out.items_.push_back({Item::kField, {}, out.names_.size(), 0});
      out.names_.emplace_back(format.substr(i + 1, end - i - 1));
      out.roles_.push_back(RoleOf(out.names_.back()));
      i = end;
    } else if (c == '(') {
      open.push_back(out.items_.size());
      out.items_.push_back({Item::kOpen, {}, 0, 0});
    } else if (c == ')' && !open.empty()) {
      if (i + 1 >= format.size() || format[i + 1] != '?') {
        return Fail(Code::kInvalid,
                    "the header format has a part in brackets that is not optional, at byte {}: write \\( for a "
                    "bracket of the log and ( … )? for an optional part",
                    i + 1);
      }
      if (++optional > 2) return Fail(Code::kInvalid, "the header format has more than two optional parts");
      ++i;
      out.items_[open.back()].close = out.items_.size();
      open.pop_back();
      out.items_.push_back({Item::kClose, {}, 0, 0});
    } else {
      text(c);
    }
  }
  if (!open.empty())
    return Fail(Code::kInvalid, "the header format has a '(' without ')?': write \\( for a bracket of the log");
  if (out.items_.empty() || out.items_.back().kind != Item::kField) {
    return Fail(
        Code::kInvalid,
        "the header format must end with the field of the content, as in '<Time> <Level> <Content>', but is '{}'",
        format);
  }
  if (out.roles_.back() == FieldRole::kTime || out.roles_.back() == FieldRole::kLevel) {
    return Fail(Code::kInvalid,
                "the header format ends with <{}>, but must end with the field of the content, as in '<Time> <Level> "
                "<Content>'",
                out.names_.back());
  }
  out.roles_.back() = FieldRole::kContent;
  Splitter splitter;
  Way way;
  out.AddWays(0, &splitter, &way, 0);
  for (const Way& w : out.ways_) {
    for (size_t f = 0; f + 1 < w.fields.size(); ++f) {
      if (w.behind[f].empty()) {
        return Fail(Code::kInvalid,
                    "the header format has nothing between <{}> and <{}>, so their border cannot be found",
                    out.names_[w.fields[f]], out.names_[w.fields[f + 1]]);
      }
    }
  }
  return out;
}

/// Ways with an optional part come before those without it, as a greedy reading wants.
void HeaderFormat::AddWays(size_t item, Splitter* splitter, Way* way, unsigned depth) {
  for (; item < items_.size(); ++item) {
    const Item& it = items_[item];
    if (it.kind == Item::kText) {
      for (const char c : it.text) {
        if (c != kSpaces || splitter->empty() || splitter->back() != kSpaces) splitter->push_back(c);
      }
    } else if (it.kind == Item::kField) {
      (way->fields.empty() ? way->head : way->behind.emplace_back()) = *splitter;
      way->fields.push_back(it.field);
      splitter->clear();
    } else if (it.kind == Item::kOpen) {
      Splitter without = *splitter;
      Way other = *way;
      AddWays(item + 1, splitter, way, depth + 1);
      AddWays(it.close + 1, &without, &other, depth + 1);
      return;
    }
  }
  way->behind.emplace_back();
  ways_.push_back(*way);
}

bool HeaderFormat::MatchWay(const Way& way, std::string_view line, size_t known, size_t known_end,
                            HeaderFields* out) const {
  const bool whole = known_end == std::string_view::npos;
  size_t at = whole ? EndOfSplitter(line, 0, way.head) : EndOfSplitter(line, known_end, way.behind[known]);
  if (at == std::string_view::npos) return false;
  for (size_t i = whole ? 0 : known + 1; i + 1 < way.fields.size(); ++i) {
    const Splitter& splitter = way.behind[i];
    const bool spaces = splitter[0] == kSpaces;
    size_t end = at;
    size_t next = std::string_view::npos;
    while (true) {
      end = spaces ? FindSpace(line, end) : FindByte(line, end, splitter[0]);
      if (end >= line.size()) return false;
      const size_t behind = spaces ? SkipSpaces(line, end + 1) : end + 1;
      next = EndOfSplitter(line, behind, splitter, 1);
      if (next != std::string_view::npos) break;
      if (spaces && i < tight_) return false;
      end = behind;
    }
    out->Set(way.fields[i], line.data() + at, line.data() + end);
    at = next;
  }
  out->Set(way.fields.back(), line.data() + at, line.data() + line.size());
  return true;
}

bool HeaderFormat::MatchBehind(std::string_view line, size_t known, size_t end, HeaderFields* out) const {
  out->Clear(names_.size());
  if (ways_.size() == 1) return MatchWay(ways_[0], line, known, end, out);
  bool found = false;
  HeaderFields fields;
  for (const Way& way : ways_) {
    HeaderFields* const into = found ? &fields : out;
    into->Clear(names_.size());
    if (!MatchWay(way, line, known, end, into)) continue;
    if (found && IsShorter(fields, *out)) out->CopyFrom(fields);
    found = true;
  }
  return found;
}

}  // namespace yk::logs
