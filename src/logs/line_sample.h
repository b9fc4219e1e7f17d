// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "logs/layout_set.h"
#include "logs/line_cursor.h"
#include "logs/mine_options.h"
#include "logs/time_grid.h"
#include "logs/year_course.h"

namespace yk::logs {

/// Lines from all over the inputs, in their order: what is decided before reading is decided by them.
struct LineSample {
  std::vector<std::string> lines;
  struct Place {
    uint32_t input = 0;
    uint64_t offset = 0;
  };
  std::vector<Place> places;    ///< of the lines
  uint64_t lines_expected = 0;  ///< in all inputs
};

/// Some 4,096 lines, with the first and the last one of each input; all lines of small inputs.
LineSample SampleLines(std::span<const LogInput> inputs, const std::vector<Charset>& charsets, size_t line_bytes_max);

/// The layout given by the user, or those found in the sample.
Result<LayoutSet> FindLayouts(const LineSample& sample, const MineOptions& options);

/// The years of the inputs' lines that leave them out.
std::vector<YearCourse> FindYears(const LineSample& sample, const LayoutSet& layouts, std::span<const LogInput> inputs,
                                  const MineOptions& options);

/// The span of the sample's times, with room at both ends.
TimeGrid FindGrid(const LineSample& sample, const LayoutSet& layouts, const std::vector<YearCourse>& years);

/// Reads a line's head with the year of its place.
void ReadHead(const LayoutSet& layouts, const YearCourse& years, uint64_t offset, std::string_view line,
              HeadScratch* scratch, LineHead* out);

/// How many times the sample of slot values must be halved.
unsigned SampleShift(const LineSample& sample, const MineOptions& options);

}  // namespace yk::logs
