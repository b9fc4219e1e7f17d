// SPDX-License-Identifier: Apache-2.0
#include "logs/mined.h"

#include <algorithm>

#include "text/utf8.h"

namespace yk::logs {
namespace {

constexpr size_t kRareExamples = 64;

bool Wanted(const VisitOptions& options, const std::vector<bool>& templates, const LineEvent& event) {
  if (event.place.line < options.first_line) return false;
  if (event.empty) return options.empty_lines && templates.empty();
  if (!templates.empty() && (event.template_id == kNoTemplate || !templates[event.template_id])) return false;
  if (options.from == kNoTime && options.to == kNoTime) return true;
  if (event.place.time == kNoTime) return false;
  return (options.from == kNoTime || event.place.time >= options.from) &&
         (options.to == kNoTime || event.place.time < options.to);
}

}  // namespace

void MinedLog::Understand(uint32_t input, const RawLine& line, ReadLine* read, LineEvent* event,
                          std::vector<std::string_view>* slots) const {
  slots->clear();
  event->text = event->content = line.text;
  event->empty = IsBlank(line.text);
  event->template_id = kNoTemplate;
  event->level = Level::kNone;
  event->continuation = false;
  event->component = event->host = event->pid = {};
  event->slots = {};
  event->layout = model_.plan.layouts.none();
  if (event->empty) return;
  ReadLineBy(model_.plan, input, line, read);
  const LineHead& head = read->head;
  event->content = head.content;
  event->component = head.component;
  event->host = head.host;
  event->pid = head.pid;
  event->level = head.level;
  event->layout = head.layout;
  event->continuation = head.continuation;
  const int64_t skeleton = model_.skeletons.Find(read->scanned);
  if (skeleton < 0) return;
  const SkeletonPlan& plan = model_.plans[static_cast<size_t>(skeleton)];
  event->template_id = plan.group;
  SlotValues(head.content, read->scanned, plan, slots);
  event->slots = *slots;
}

void MinedLog::Visit(const VisitOptions& options, const LineSink& sink) const {
  std::vector<bool> templates;
  for (const uint32_t id : options.templates) {
    if (templates.size() <= id) templates.resize(std::max<size_t>(summary_.templates.size(), id + size_t{1}));
    templates[id] = true;
  }
  LineEvent event;
  ReadLine read;
  std::vector<std::string_view> slots;
  uint64_t event_line = 0;
  uint64_t number = 0;
  for (uint32_t i = 0; i < model_.plan.inputs.size(); ++i) {
    const std::string_view bytes = model_.plan.inputs[i].bytes;
    LineCursor cursor(bytes, model_.plan.charsets[i], 0, bytes.size(), model_.plan.options.line_bytes_max);
    RawLine line;
    while (cursor.Next(&line)) {
      if (++number > options.last_line) return;
      Understand(i, line, &read, &event, &slots);
      if (!event.continuation || event_line == 0) event_line = number;
      event.place = {number, i, line.offset, event.empty ? kNoTime : read.head.time};
      event.event_line = event_line;
      if (Wanted(options, templates, event) && !sink(event)) return;
    }
  }
}

void MinedLog::Match(std::string_view line, LineEvent* event, std::vector<std::string_view>* slots) const {
  MatchAt(static_cast<uint32_t>(model_.plan.years.size() - 1), UINT64_MAX, line, event, slots);  // later than all others
}

void MinedLog::MatchAt(uint32_t input, uint64_t offset, std::string_view line, LineEvent* event,
                       std::vector<std::string_view>* slots) const {
  RawLine raw;
  raw.text = line;
  raw.offset = offset;
  ReadLine read;
  Understand(input, raw, &read, event, slots);
  event->place.time = event->empty ? kNoTime : read.head.time;
}

std::string MinedLog::Line(uint32_t input, uint64_t offset) const {
  if (input >= model_.plan.inputs.size() || offset > model_.plan.inputs[input].bytes.size()) return "";
  std::string buffer;
  RawLine line;
  LineCursor::At(model_.plan.inputs[input].bytes, model_.plan.charsets[input], offset,
                 model_.plan.options.line_bytes_max, &buffer, &line);
  return text::RepairUtf8(line.text);
}

void MinedLog::FindRareExamples() {
  std::vector<std::pair<uint64_t, Example>> found;
  Visit({}, [&](const LineEvent& event) {
    if (event.empty || event.template_id != kNoTemplate) return true;
    const uint64_t rank = RankOf(event.place.input, event.place.offset);
    if (found.size() >= kRareExamples && rank >= found.back().first) return true;
    const auto at =
        std::upper_bound(found.begin(), found.end(), rank, [](uint64_t r, const auto& f) { return r < f.first; });
    found.insert(
        at, {rank,
             {event.place, text::RepairUtf8(text::TruncateBytes(event.text, model_.plan.options.example_bytes_max))}});
    if (found.size() > kRareExamples) found.pop_back();
    return true;
  });
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.second.place.line < b.second.place.line; });
  for (auto& [rank, example] : found) summary_.rare.examples.push_back(std::move(example));
}

}  // namespace yk::logs
