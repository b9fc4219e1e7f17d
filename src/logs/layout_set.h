// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/header_format.h"
#include "logs/level.h"
#include "logs/time_grid.h"
#include "logs/time_memo.h"

namespace yk::logs {

/// Room that is written over by each line; one per thread.
struct HeadScratch {
  HeaderFields fields;
  TimeMemo times;
};

/// What a line's header says. Views into the line.
struct LineHead {
  uint32_t layout = 0;
  Micros time = kNoTime;
  Level level = Level::kNone;
  std::string_view component, host, pid, request, content;
  bool continuation = false;
  bool no_header = false;

  /// As new. One after the other: a copy of an empty head would wait for what was just written.
  void Clear() {
    layout = 0;
    time = kNoTime;
    level = Level::kNone;
    for (std::string_view* text : {&component, &host, &pid, &request, &content}) *text = {};
    continuation = no_header = false;
  }
};

/// A layout, compiled.
struct LayoutPlan {
  enum class Kind : uint8_t { kHeader, kJson, kLogfmt, kNone } kind = Kind::kHeader;
  HeaderFormat format;
  size_t time_first = 0, time_last = 0;  ///< fields that hold the time together; none when time_form < 0
  int time_form = -1;
  LevelScale level_scale = LevelScale::kWords;
  bool level_in_time = false;     ///< a letter that the time begins with
  bool level_in_content = false;  ///< no column for it: it is looked for at the content's beginning
  bool strict = false;            ///< found out, not given: only a line whose time reads well has this layout
  bool time_leads = false;        ///< strict, and the time comes first: it refuses most lines of other layouts
  /// Of JSON lines and key=value lines: what stands before the values, as "\"ts\"" or "level=".
  std::string time_key, level_key, component_key;
};

/// The layouts of an input, and the reading of a line's head by them. Immutable; lines are read without memory of other
/// lines, so that any thread reads any line alike.
class LayoutSet {
 public:
  /// One layout, given by the user; lines it does not fit are read without header. `sample` decides how times are read.
  static Result<LayoutSet> Explicit(std::string_view format, const std::vector<std::string_view>& sample, int year);

  /// The layouts that the sample shows.
  static LayoutSet Detect(const std::vector<std::string_view>& sample, int year);

  /// `year` stands for one that the time lacks.
  void Read(std::string_view line, int year, HeadScratch* scratch, LineHead* out) const;
  void Read(std::string_view line, HeadScratch* scratch, LineHead* out) const { Read(line, year_, scratch, out); }

  /// Whether the lines of this layout have times with a date and without a year.
  bool LacksYear(uint32_t layout) const;

  const std::vector<LayoutPlan>& plans() const { return plans_; }
  /// The layout of lines without header: the last one.
  uint32_t none() const { return static_cast<uint32_t>(plans_.size() - 1); }

 private:
  bool Fits(const LayoutPlan& plan, std::string_view line, int year, HeadScratch* scratch, Micros* time) const;
  bool ReadHeader(const LayoutPlan& plan, std::string_view line, int year, HeadScratch* scratch, LineHead* out) const;
  bool ReadKeys(const LayoutPlan& plan, std::string_view line, int year, LineHead* out) const;
  void ReadWithout(std::string_view line, LineHead* out) const;

  std::vector<LayoutPlan> plans_;
  bool times_everywhere_ = false;  ///< nearly all lines have a time: one without goes on with the line before
  int year_ = 2000;
};

}  // namespace yk::logs
