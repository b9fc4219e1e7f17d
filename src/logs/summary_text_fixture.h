// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>

#include "logs/mine.h"

namespace yk::logs {

inline std::string BinsText(const std::vector<BinCount>& bins) {
  std::string out;
  for (const BinCount& bin : bins) out += fmt::format(" {}:{}", bin.bin, bin.count);
  return out;
}

/// Every figure of a summary as text, so that two of them can be compared byte by byte.
inline std::string Everything(const Mined& mined) {
  const LogSummary& s = mined.summary();
  std::string out =
      fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}\n", s.bytes, s.lines, s.empty, s.without_header, s.continuation,
                  s.cut, s.invalid, s.with_nul, s.time_backward, s.first_time, s.last_time, s.mask_coarseness);
  out += fmt::format("{} {} {} {} rare {}{}\n", s.sample_rate, s.id_share, s.grid.start, s.grid.bins, s.rare.lines,
                     BinsText(s.rare.bins));
  for (const Example& e : s.rare.examples) out += fmt::format("  {} {}\n", e.place.line, e.text);
  for (const Layout& layout : s.layouts) out += fmt::format("layout {} {}\n", layout.format, layout.lines);
  for (const Template& t : s.templates) {
    out += fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", t.id, t.key, t.text, t.layout, t.count, t.first.line,
                       t.last.offset, t.first_time, t.last_time, t.without_time, t.sampled);
    out += BinsText(t.bins) + "\n";
    for (const uint64_t n : t.levels) out += fmt::format(" {}", n);
    for (const Example& e : t.examples) out += fmt::format("\n  example {} {}", e.place.line, e.text);
    for (const Slot& slot : t.slots) {
      out += fmt::format("\n  slot {} {} {} {}", slot.key, slot.sampled, slot.distinct, slot.id_like);
      if (slot.numeric) {
        const NumericStats& n = *slot.numeric;
        out += fmt::format(" {} {} {} {} {} {}", n.min, n.max, n.sum, n.p50, n.p95, n.unit);
        for (const NumericBin& bin : n.series) out += fmt::format(" {}:{}:{}", bin.bin, bin.count, bin.median);
      }
      for (const TextValue& value : slot.top)
        out += fmt::format(" {}={}{}", value.value, value.count, BinsText(value.series));
    }
    for (const TextValue& value : t.components) out += fmt::format(" {}={}", value.value, value.count);
    for (const TextValue& value : t.hosts) out += fmt::format(" {}={}", value.value, value.count);
    out += "\n";
  }
  for (const IdEvent& id : s.ids)
    out += fmt::format("{} {} {} {} {} {} {}\n", id.id, id.line, id.template_id, id.offset, id.at, id.bytes, id.slot);
  return out;
}

}  // namespace yk::logs
