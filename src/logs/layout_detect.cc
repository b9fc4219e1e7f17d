// SPDX-License-Identifier: Apache-2.0
// How a set of layouts comes about: what of a format holds the time, whether lines are JSON or pairs of keys and
// values.
#include <algorithm>
#include <map>

#include "logs/bytes.h"
#include "logs/continuation.h"
#include "logs/layout_finder.h"
#include "logs/layout_plan.h"
#include "logs/timestamp.h"

namespace yk::logs {
namespace {

using Lines = std::vector<std::string_view>;

bool Reads(std::string_view text, int form, int year) {
  TimeMatch match;
  return ReadTimeAs(text, form, year, &match) && match.bytes == text.size();
}

/// Which fields hold the time, and in which form: the run of time fields that most lines' times are read from.
void FindTime(const Lines& sample, int year, LayoutPlan* plan) {
  const auto& roles = plan->format.roles();
  std::map<std::pair<int, std::pair<size_t, size_t>>, size_t> votes;
  for (size_t begin = 0; begin < roles.size(); ++begin) {
    if (roles[begin] != FieldRole::kTime) continue;
    for (size_t end = begin; end < roles.size() && roles[end] == FieldRole::kTime; ++end) {
      for (const std::string_view line : sample) {
        HeaderFields fields;
        if (!plan->format.Match(line, &fields)) continue;
        plan->time_first = begin;
        plan->time_last = end;
        const std::string_view text = TimeSpan(*plan, fields);
        const TimeMatch match = ReadTime(text, year);
        if (!match.found() || match.bytes != text.size()) continue;
        for (const int form : OrdersOf(match.form)) {
          if (Reads(text, form, year)) ++votes[{form, {begin, end}}];
        }
      }
    }
  }
  size_t best = 0;
  bool dated = false;
  for (const auto& [key, count] : votes) {
    // Of equals the more precise form, which is the earlier one, and the longer span, which has AM and PM as well; a
    // clock alone only where nothing holds a date.
    const bool longer = count == best && key.first == plan->time_form && key.second.first == plan->time_first;
    if (!longer && count <= best && (dated || !HasDate(key.first))) continue;
    if (dated && !HasDate(key.first)) continue;
    best = count;
    dated = HasDate(key.first);
    plan->time_form = key.first;
    plan->time_first = key.second.first;
    plan->time_last = key.second.second;
  }
}

void FindLevel(const Lines& sample, LayoutPlan* plan) {
  std::vector<std::string_view> values;
  bool priority = false;
  plan->level_in_time = LevelLeads(plan->time_form);
  plan->level_in_content = !plan->level_in_time;
  for (size_t f = 0; f < plan->format.roles().size(); ++f) {
    if (plan->format.roles()[f] != FieldRole::kLevel) continue;
    plan->level_in_content = false;
    for (const std::string_view line : sample) {
      HeaderFields fields;
      if (!plan->format.Match(line, &fields)) continue;
      values.push_back(fields[f]);
    }
    priority = priority || plan->format.names()[f] == "Priority";
  }
  plan->level_scale = ScaleOf(values, priority);
}

bool IsJson(std::string_view line) {
  return line.size() > 2 && line[0] == '{' && line.back() == '}' &&
         (line.find("\":") != std::string_view::npos || line.find("\" :") != std::string_view::npos);
}

bool IsPairs(std::string_view line) {
  size_t pairs = 0;
  for (size_t i = 1; i < line.size(); ++i) pairs += line[i] == '=' && IsLetter(line[i - 1]);
  const size_t first = line.find_first_of("= ");
  return pairs >= 3 && first != std::string_view::npos && line[first] == '=';
}

/// A layout of keys and values: which keys hold time, level and component.
LayoutPlan PlanOfKeys(LayoutPlan::Kind kind, const Lines& lines, int year) {
  const bool json = kind == LayoutPlan::Kind::kJson;
  const auto written = [&](std::string_view key) {
    return json ? "\"" + std::string(key) + "\"" : std::string(key) + "=";
  };
  const auto best = [&](std::initializer_list<std::string_view> keys) {
    std::string chosen;
    size_t most = 0;
    for (const std::string_view key : keys) {
      const std::string text = written(key);
      const auto n = static_cast<size_t>(std::count_if(
          lines.begin(), lines.end(), [&](std::string_view l) { return BehindKey(kind, l, text).data() != nullptr; }));
      if (n > most) {
        most = n;
        chosen = text;
      }
    }
    return most * 2 > lines.size() ? chosen : std::string();
  };
  LayoutPlan plan;
  plan.kind = kind;
  plan.time_key = best({"ts", "time", "timestamp", "@timestamp", "datetime", "date", "t", "eventTime"});
  plan.level_key = best({"level", "severity", "lvl", "loglevel", "levelname", "log.level"});
  plan.component_key = best({"service", "component", "logger", "app", "module", "caller", "service.name"});
  std::map<int, size_t> forms;
  std::vector<std::string_view> levels;
  for (const std::string_view line : lines) {
    if (const std::string_view level = ValueOfKey(kind, line, plan.level_key); !level.empty()) levels.push_back(level);
    const std::string_view time = ValueOfKey(kind, line, plan.time_key);
    const TimeMatch match = ReadTime(time, year);
    if (!match.found()) continue;
    for (const int form : OrdersOf(match.form)) forms[form] += form == match.form || Reads(time, form, year);
  }
  plan.level_scale = ScaleOf(levels, false);
  size_t most = 0;
  for (const auto& [form, n] : forms) {
    if (n <= most) continue;
    most = n;
    plan.time_form = form;
  }
  return plan;
}

LayoutPlan PlanOf(HeaderFormat format, const Lines& sample, int year) {
  LayoutPlan plan;
  plan.format = std::move(format);
  FindTime(sample, year, &plan);
  FindLevel(sample, &plan);
  return plan;
}

}  // namespace

Result<LayoutSet> LayoutSet::Explicit(std::string_view format, const Lines& sample, int year) {
  YK_TRY(HeaderFormat compiled, HeaderFormat::Compile(format));
  LayoutSet set;
  set.year_ = year;
  set.plans_.push_back(PlanOf(std::move(compiled), sample, year));
  set.plans_.emplace_back().kind = LayoutPlan::Kind::kNone;
  return set;
}

LayoutSet LayoutSet::Detect(const Lines& sample, int year) {
  constexpr size_t kLinesMin = 3;
  LayoutSet set;
  set.year_ = year;
  Lines json;
  Lines pairs;
  Lines plain;
  for (const std::string_view line : sample) (IsJson(line) ? json : IsPairs(line) ? pairs : plain).push_back(line);
  for (const std::string& format : FindHeaderFormats(plain, year)) {
    auto compiled = HeaderFormat::Compile(format);
    if (!compiled) continue;
    const auto& roles = compiled->roles();
    compiled->ForbidSpaces(
        static_cast<size_t>(std::find(roles.begin(), roles.end(), FieldRole::kTime) - roles.begin()));
    LayoutPlan plan = PlanOf(std::move(*compiled), plain, year);
    plan.strict = true;
    plan.time_leads = plan.time_first == 0 && plan.format.head().find('\0') == std::string_view::npos;
    if (plan.time_form >= 0) set.plans_.push_back(std::move(plan));
  }
  if (json.size() >= kLinesMin) set.plans_.push_back(PlanOfKeys(LayoutPlan::Kind::kJson, json, year));
  if (pairs.size() >= kLinesMin) {
    LayoutPlan plan = PlanOfKeys(LayoutPlan::Kind::kLogfmt, pairs, year);
    if (plan.time_form >= 0) set.plans_.push_back(std::move(plan));
  }
  set.plans_.emplace_back().kind = LayoutPlan::Kind::kNone;
  size_t lines = 0;
  size_t timed = 0;
  LineHead head;
  HeadScratch scratch;
  for (const std::string_view line : sample) {
    if (line.empty() || IsSpace(line[0])) continue;
    set.Read(line, &scratch, &head);
    lines += !GoesOn(line);
    timed += head.time != kNoTime;
  }
  set.times_everywhere_ = lines > 0 && timed * 10 > lines * 9;
  return set;
}

}  // namespace yk::logs
