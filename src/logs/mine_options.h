// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logs/time_grid.h"

namespace yk::logs {

/// Bytes to read: a mapped file, a part of one, a decompressed text. They must outlive what is made of them.
struct LogInput {
  std::string name;
  std::string_view bytes;
  std::string charset =
      {};        ///< as LogSummary::charsets names it; empty: found out. Of a part of a file it must be said
  int year = 0;  ///< of its first line, where that leaves it out; 0: MineOptions::year
};

/// A user's own masking: what `expression` (RE2) matches in the content of a line becomes one slot.
struct MaskRule {
  std::string name;
  std::string expression;
  std::string literal;  ///< the expression is tried only on lines that hold this; empty: on all, which costs speed
};

struct MineOptions {
  /// How lines begin, as "<Date> <Time> <Pid> <Level> <Component>: <Content>": a space stands for one or more, \[ for
  /// a bracket, ( … )? for an optional part. The last field is the content. Empty: found out from the lines, and a
  /// file may then have several layouts.
  std::string header;
  unsigned threads = 1;                      ///< 0: one per core. The result is the same for any number
  size_t chunk_bytes = size_t{8} << 20;      ///< what a thread takes at once. The result is the same for any size
  size_t line_bytes_max = size_t{16} << 10;  ///< longer lines are read to here, and counted in LogSummary::cut
  size_t example_bytes_max = 2048;
  /// Distinct skeletons kept; beyond it masking gets coarser, then the rest goes to the rare pool. About 400 B each.
  size_t skeletons_max = size_t{256} << 10;
  uint64_t sample_lines_max = uint64_t{1} << 20;  ///< lines whose slot values are looked at
  size_t id_events_max = size_t{256} << 10;       ///< kept occurrences of id-like values, see IdEvent
  int year = 2000;          ///< for times without one, at the beginning; where December turns into January it goes on
  bool years_go_on = true;  ///< false: all of these are of `year`
  Micros latest = kNoTime;  ///< no line without a year is much later; kNoTime: not known
  std::vector<MaskRule> masks;
};

}  // namespace yk::logs
