// SPDX-License-Identifier: Apache-2.0
#include "logs/layout_set.h"

#include <algorithm>
#include <map>

#include "logs/timestamp.h"

namespace yk::logs {
namespace {

std::string_view Span(const HeaderFields& fields, size_t first, size_t last) {
  const char* const begin = fields.field[first].data();
  const char* const end = fields.field[last].data() + fields.field[last].size();
  return begin == nullptr || end < begin ? std::string_view()
                                         : std::string_view(begin, static_cast<size_t>(end - begin));
}

/// Which fields hold the time, and in which form: the run of time fields that most lines' times are read from.
void FindTime(const std::vector<std::string_view>& sample, int year, LayoutPlan* plan) {
  const auto& roles = plan->format.roles();
  std::map<std::pair<int, std::pair<size_t, size_t>>, size_t> votes;
  for (size_t begin = 0; begin < roles.size(); ++begin) {
    if (roles[begin] != FieldRole::kTime) continue;
    size_t end = begin;
    while (end + 1 < roles.size() && roles[end + 1] == FieldRole::kTime) ++end;
    for (const std::string_view line : sample) {
      HeaderFields fields;
      if (!plan->format.Match(line, &fields)) continue;
      const std::string_view text = Span(fields, begin, end);
      const TimeMatch match = ReadTime(text, year);
      if (match.bytes == text.size() && match.found()) ++votes[{match.form, {begin, end}}];
    }
  }
  size_t best = 0;
  for (const auto& [key, count] : votes) {
    // Of equals the more precise form, which is the earlier one.
    if (count <= best) continue;
    best = count;
    plan->time_form = key.first;
    plan->time_first = key.second.first;
    plan->time_last = key.second.second;
  }
}

void FindLevel(const std::vector<std::string_view>& sample, LayoutPlan* plan) {
  size_t one = 0;
  size_t lines = 0;
  for (size_t f = 0; f < plan->format.roles().size(); ++f) {
    if (plan->format.roles()[f] != FieldRole::kLevel) continue;
    for (const std::string_view line : sample) {
      HeaderFields fields;
      if (!plan->format.Match(line, &fields)) continue;
      ++lines;
      one += fields.field[f].size() == 1;
    }
  }
  plan->one_letter_level = lines > 0 && one * 10 >= lines * 9;
}

}  // namespace

Result<LayoutSet> LayoutSet::Explicit(std::string_view format, const std::vector<std::string_view>& sample, int year) {
  YK_TRY(HeaderFormat compiled, HeaderFormat::Compile(format));
  LayoutSet set;
  set.year_ = year;
  LayoutPlan plan;
  plan.format = std::move(compiled);
  FindTime(sample, year, &plan);
  FindLevel(sample, &plan);
  set.plans_.push_back(std::move(plan));
  LayoutPlan none;
  none.kind = LayoutPlan::Kind::kNone;
  set.plans_.push_back(std::move(none));
  return set;
}

bool LayoutSet::ReadHeader(const LayoutPlan& plan, std::string_view line, LineHead* out) const {
  HeaderFields fields;
  if (!plan.format.Match(line, &fields)) return false;
  if (plan.time_form >= 0) {
    out->time = ReadTime(Span(fields, plan.time_first, plan.time_last), year_, plan.time_form).time;
  }
  const auto& roles = plan.format.roles();
  for (size_t i = 0; i < fields.count; ++i) {
    const std::string_view text = fields.field[i];
    switch (roles[i]) {
      case FieldRole::kLevel: out->level = LevelOf(text, plan.one_letter_level); break;
      case FieldRole::kComponent: out->component = text; break;
      case FieldRole::kHost: out->host = text; break;
      case FieldRole::kPid: out->pid = text; break;
      case FieldRole::kContent: out->content = text; break;
      default: break;
    }
  }
  return true;
}

void LayoutSet::Read(std::string_view line, LineHead* out) const {
  *out = LineHead{};
  for (uint32_t i = 0; i < plans_.size(); ++i) {
    const LayoutPlan& plan = plans_[i];
    if (plan.kind != LayoutPlan::Kind::kHeader || !ReadHeader(plan, line, out)) continue;
    out->layout = i;
    return;
  }
  out->layout = none();
  out->content = line;
  out->no_header = true;
}

}  // namespace yk::logs
