// SPDX-License-Identifier: Apache-2.0
// The miner as it would be written without a thought for speed: one line after the other, one byte after the other,
// texts as keys.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "logs/bytes.h"
#include "logs/chunk.h"
#include "logs/grouping.h"
#include "logs/line_sample.h"
#include "logs/mine.h"
#include "text/utf8.h"

namespace yk::logs {

struct ReferenceTemplate {
  uint64_t count = 0, first = 0, last = 0;
  friend bool operator==(const ReferenceTemplate&, const ReferenceTemplate&) = default;
};
using ReferenceResult = std::map<std::tuple<uint32_t, bool, std::string>, ReferenceTemplate>;

/// The skeleton of a content, found by walking over every byte.
inline std::string ReferenceSkeleton(std::string_view content) {
  std::vector<SlotSpan> slots;
  const auto add = [&](size_t begin, size_t end, SlotKind kind) {
    if (begin < end) slots.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), kind});
  };
  const auto wide = [&](size_t i) {
    return i + 3 <= content.size() && content.substr(i, 2) == "\xEF\xBC" &&
           static_cast<uint8_t>(content[i + 2]) >= 0x90 && static_cast<uint8_t>(content[i + 2]) <= 0x99;
  };
  size_t i = 0;
  while (i < content.size()) {
    const size_t begin = i;
    while (i < content.size() && (ClassOf(content[i]) & (kBreak | kHigh)) == 0) ++i;
    if (i == begin) {
      while (wide(i)) i += 3;
      add(begin, i, SlotKind::kValue);
      i += i == begin;
    } else {
      std::string lower(content.substr(begin, i - begin));
      for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      ChunkSlot slot;
      const ChunkPlace place = {begin > 0 ? content[begin - 1] : '\0', i < content.size() ? content[i] : '\0',
                                content.data() + i, 0};
      const bool found = ClassifyChunk(content.substr(begin, i - begin), place, &slot);
      if (lower == "true" || lower == "false") add(begin, i, SlotKind::kValue);
      if (found) {
        size_t end = begin + slot.end;
        const bool query = content.substr(begin, i - begin).find('?') != std::string_view::npos;
        if (slot.url && end == i && i < content.size() && query &&
            (content[i] == '=' || content[i] == ';' || content[i] == ',')) {
          end = std::min(content.find_first_of(" \t\"')]>}", i), content.size());
          for (size_t k = i; k < end; ++k) {
            if (static_cast<uint8_t>(content[k]) < 0x20) end = k;
          }
          while (ClassOf(content[end - 1]) == kBreak || content[end - 1] == '.' || content[end - 1] == ':') --end;
          i = end;
        }
        add(begin + slot.begin, end, slot.kind);
        i = std::max(i, end);
      }
    }
    if (slots.size() + 1 >= SlotList::kMax) {
      add(i, content.size(), SlotKind::kValue);
      break;
    }
  }
  return SkeletonOf(content, slots);
}

/// Templates with count, first and last line. For UTF-8 logs without line ends other than LF and CRLF.
inline ReferenceResult ReferenceMine(std::string_view log, const MineOptions& options) {
  const std::vector<LogInput> inputs = {{"log", log}};
  const auto layouts = FindLayouts(SampleLines(inputs, {Charset::kUtf8}, options.line_bytes_max), options);
  std::map<std::tuple<uint32_t, bool, std::string>, ReferenceTemplate> skeletons;
  if (log.substr(0, 3) == "\xEF\xBB\xBF") log.remove_prefix(3);
  uint64_t number = 0;
  while (!log.empty() && layouts) {
    const size_t end = log.find('\n');
    std::string_view line = log.substr(0, end);
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    ++number;
    RawLine raw;
    std::string decoded;
    LineCursor::At(line, Charset::kUtf8, 0, options.line_bytes_max, &decoded, &raw);
    line = raw.text;
    if (line.find_first_not_of(std::string_view(" \t\r\0", 4)) == std::string_view::npos) continue;
    LineHead head;
    HeadScratch scratch;
    layouts->Read(line, &scratch, &head);
    ReferenceTemplate& t = skeletons[{head.layout, head.continuation, ReferenceSkeleton(head.content)}];
    if (t.count++ == 0) t.first = number;
    t.last = number;
  }
  std::vector<SkeletonView> views;
  std::vector<ReferenceTemplate> stats;
  for (const auto& [key, t] : skeletons) {
    views.push_back({std::get<2>(key), std::get<0>(key), std::get<1>(key), t.count});
    stats.push_back(t);
  }
  const Grouping grouping = GroupSkeletons(views);
  ReferenceResult out;
  for (size_t i = 0; i < views.size(); ++i) {
    const GroupedTemplate& group = grouping.groups[grouping.skeletons[i].group];
    ReferenceTemplate& t = out[{group.layout, group.continuation, text::RepairUtf8(group.text)}];
    t.first = t.count == 0 ? stats[i].first : std::min(t.first, stats[i].first);
    t.last = std::max(t.last, stats[i].last);
    t.count += stats[i].count;
  }
  return out;
}

/// What the fast miner found, in the same form.
inline ReferenceResult AsReference(const LogSummary& summary) {
  ReferenceResult out;
  for (const Template& t : summary.templates) {
    ReferenceTemplate& r = out[{t.layout, t.continuation, t.text}];
    r.first = r.count == 0 ? t.first.line : std::min(r.first, t.first.line);
    r.last = std::max(r.last, t.last.line);
    r.count += t.count;
  }
  return out;
}

}  // namespace yk::logs
