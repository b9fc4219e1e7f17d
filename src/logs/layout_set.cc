// SPDX-License-Identifier: Apache-2.0
#include "logs/layout_set.h"

#include "logs/byte_search.h"
#include "logs/bytes.h"
#include "logs/continuation.h"
#include "logs/layout_plan.h"
#include "logs/timestamp.h"

namespace yk::logs {
namespace {

/// "user@database ERROR: x": a level in capitals behind the first word.
Level LevelBehindWord(std::string_view content, size_t word) {
  if (word == 0 || word >= content.size() || content[word] != ' ') return Level::kNone;
  const size_t begin = word + 1;
  size_t end = begin;
  while (end < content.size() && content[end] >= 'A' && content[end] <= 'Z') ++end;
  const bool named = end > begin && end < content.size() && content[end] == ':';
  return named ? LevelOf(content.substr(begin, end - begin)) : Level::kNone;
}

/// The level at a content's beginning: "ERROR: x", "[warn] x".
Level LevelAtBegin(std::string_view content) {
  if (!content.empty() && (content[0] == '[' || content[0] == '<' || content[0] == '(')) content.remove_prefix(1);
  size_t end = 0;
  while (end < content.size() && end < 16 && (ClassOf(content[end]) & (kLetter | kHigh)) != 0) ++end;
  if (end == content.size()) return Level::kNone;
  const Level level = end == 0 ? Level::kNone : LevelOf(content.substr(0, end));
  return level != Level::kNone ? level : LevelBehindWord(content, FindSpace(content, end));
}

/// Longer ones are sentences that happen to hold a colon.
bool MayBeName(std::string_view line, std::string_view text) {
  constexpr size_t kBytes = 96, kSpaces = 3;
  if (text.size() > kBytes) return false;
  const auto begin = static_cast<size_t>(text.data() - line.data());
  if (text.empty() || FindSpace(line, begin) >= begin + text.size()) return true;
  size_t spaces = 0;
  for (const char c : text) spaces += IsSpace(c);
  return spaces <= kSpaces;
}

}  // namespace

/// Whether the line has this header; its fields and its time.
bool LayoutSet::Fits(const LayoutPlan& plan, std::string_view line, int year, HeadScratch* scratch,
                     Micros* time) const {
  HeaderFields* const fields = &scratch->fields;
  *time = kNoTime;
  if (!plan.time_leads) {
    if (!plan.format.Match(line, fields)) return false;
    if (plan.time_form < 0) return true;
    const std::string_view text = TimeSpan(plan, *fields);
    TimeMatch match;
    if (plan.strict) {
      if (!scratch->times.Read(text, plan.time_form, year, &match) || match.bytes != text.size()) return false;
    } else {
      match = ReadTime(text, year, plan.time_form);
    }
    *time = match.time;
    return true;
  }
  TimeMatch match;
  const std::string_view head = plan.format.head();
  if (!line.starts_with(head) || !scratch->times.Read(line.substr(head.size()), plan.time_form, year, &match))
    return false;
  *time = match.time;
  return plan.format.MatchBehind(line, plan.time_last, head.size() + match.bytes, fields);
}

bool LayoutSet::ReadHeader(const LayoutPlan& plan, std::string_view line, int year, HeadScratch* scratch,
                           LineHead* out) const {
  HeaderFields& fields = scratch->fields;
  if (!Fits(plan, line, year, scratch, &out->time)) return false;
  const auto& roles = plan.format.roles();
  for (size_t i = 0; i < fields.count(); ++i) {
    const FieldRole role = roles[i];
    if (role == FieldRole::kTime || role == FieldRole::kOther) continue;
    const std::string_view text = fields[i];
    switch (role) {
      case FieldRole::kLevel:
        out->level = LevelOn(plan.level_scale, text);
        if (plan.strict && out->level == Level::kNone && !MayBeName(line, text)) return out->Clear(), false;
        break;
      case FieldRole::kComponent:
        if (plan.strict && !MayBeName(line, text)) return out->Clear(), false;
        out->component = text;
        break;
      case FieldRole::kHost: out->host = text; break;
      case FieldRole::kPid: out->pid = text; break;
      case FieldRole::kRequest: out->request = text; break;
      case FieldRole::kContent: out->content = text; break;
      default: break;
    }
  }
  if (plan.level_in_time) {
    const char* const time = plan.time_leads ? line.data() + plan.format.head().size() : TimeSpan(plan, fields).data();
    out->level = time == nullptr ? Level::kNone : LevelOf({time, 1}, true);
  }
  if (plan.level_in_content) out->level = LevelAtBegin(out->content);
  return true;
}

bool LayoutSet::ReadKeys(const LayoutPlan& plan, std::string_view line, int year, LineHead* out) const {
  if (plan.kind == LayoutPlan::Kind::kJson && (line[0] != '{' || line.back() != '}')) return false;
  const auto value = [&](const std::string& key) { return ValueOfKey(plan.kind, line, key); };
  const std::string_view time = value(plan.time_key);
  if (time.empty() && !plan.time_key.empty() && plan.kind == LayoutPlan::Kind::kLogfmt) return false;
  if (!time.empty()) out->time = ReadTime(time, year, plan.time_form).time;
  out->level = LevelOn(plan.level_scale, value(plan.level_key));
  out->component = value(plan.component_key);
  out->content = line;
  return true;
}

void LayoutSet::ReadWithout(std::string_view line, LineHead* out) const {
  out->layout = none();
  out->content = line;
  out->no_header = true;
  out->continuation = times_everywhere_ || GoesOn(line);
  out->level = LevelAtBegin(line);
}

void LayoutSet::Read(std::string_view line, int year, HeadScratch* scratch, LineHead* out) const {
  out->Clear();
  for (uint32_t i = 0; i < plans_.size(); ++i) {
    const LayoutPlan& plan = plans_[i];
    const bool fits = plan.kind == LayoutPlan::Kind::kHeader ? ReadHeader(plan, line, year, scratch, out)
                      : plan.kind == LayoutPlan::Kind::kNone ? false
                                                             : ReadKeys(plan, line, year, out);
    if (fits) {
      out->layout = i;
      return;
    }
    out->time = kNoTime;
  }
  ReadWithout(line, out);
}

bool LayoutSet::LacksYear(uint32_t layout) const {
  const int form = plans_[layout].time_form;
  return HasDate(form) && !HasYear(form);
}

}  // namespace yk::logs
