// SPDX-License-Identifier: Apache-2.0
// What is known about one template: counts that are exact, and statistics of its slots that come from a sample.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logs/level.h"
#include "logs/time_grid.h"

namespace yk::logs {

/// Where a line stands. Lines count from 1 over all inputs, in the order given.
struct LinePlace {
  uint64_t line = 0;
  uint32_t input = 0;   ///< which input
  uint64_t offset = 0;  ///< of the line's first byte in that input
  Micros time = kNoTime;
};

struct Example {
  LinePlace place;
  std::string text;  ///< the whole line in UTF-8, cut at MineOptions::example_bytes_max
};

/// The numbers of a slot within one coarse bin of the grid.
struct NumericBin {
  uint32_t bin = 0;
  uint32_t count = 0;
  double min = 0, median = 0, max = 0;
};

/// A slot whose values are numbers, with or without a unit.
struct NumericStats {
  uint64_t count = 0;  ///< sampled values that are numbers
  double min = 0, max = 0, sum = 0;
  double p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0;
  std::string unit;                ///< "ms", "%", "ミリ秒" where all values carry the same, else empty
  std::vector<NumericBin> series;  ///< ordered by bin, empty bins left out
};

/// A frequent value of a slot.
struct TextValue {
  std::string value;
  uint64_t count = 0;            ///< within the sample
  std::vector<BinCount> series;  ///< by coarse bin
};

/// What stands in place of one <*>, over the template's sampled lines.
struct Slot {
  uint64_t sampled = 0;   ///< lines looked at
  uint64_t distinct = 0;  ///< different values among them (exact within the sample)
  /// Values look like names of one thing (UUID, block, request, order number): what sessions are made of.
  bool id_like = false;
  std::string key;                      ///< the word before it ("elapsed" of elapsed=<*>), empty when there is none
  std::optional<NumericStats> numeric;  ///< present when nearly all values are numbers
  std::vector<TextValue> top;           ///< at most 16, most frequent first, equal ones by value
};

/// A kind of line. Every line that is not empty belongs to exactly one template or to the rare pool.
struct Template {
  uint32_t id = 0;            ///< its place in LogSummary::templates: ordered by count, then layout, then text
  std::string key;            ///< 16 hex digits made of layout and text: the same in another run and in another log
  std::string text;           ///< "order <*> committed": <*> for each slot, white space squeezed
  uint32_t layout = 0;        ///< place in LogSummary::layouts
  bool continuation = false;  ///< stack frames and other lines that go on with the event before them

  uint64_t count = 0;
  LinePlace first, last;                             ///< by line number
  Micros first_time = kNoTime, last_time = kNoTime;  ///< earliest and latest, which need not be the first and last line
  LevelCounts levels{};
  std::vector<BinCount> bins;  ///< of the fine grid; lines without a time are in none of them
  uint64_t without_time = 0;

  /// At most 3, chosen by a hash of the place: no thread or chunk changes the choice. Ordered by line.
  std::vector<Example> examples;

  /// Below: from a sample of the lines, spread evenly over the log; `sampled` of `count` were looked at. Slots are in
  /// the order of the <*> in `text`.
  uint64_t sampled = 0;
  std::vector<Slot> slots;
  std::vector<TextValue> components, hosts;  ///< who wrote the lines, where the header says so; at most 8 each

  /// The level that most lines have; the more serious of equals.
  Level main_level() const;
};

}  // namespace yk::logs
