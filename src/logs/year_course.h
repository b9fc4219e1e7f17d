// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "logs/time_grid.h"

namespace yk::logs {

/// The years of an input's lines that leave them out. A log goes on in time, so a line is of the year in which it is
/// nearest to a time known from its surroundings. A function of the line's place and text, so that any thread finds
/// the same.
class YearCourse {
 public:
  explicit YearCourse(int year = 2000) : year_(year) {}

  /// A line that was read with `year`. Places must go up.
  void Add(uint64_t offset, Micros time, int year);
  /// Forgets the marks when all of them are of one year.
  void Settle();
  /// Every line is of `years` years earlier.
  void MoveBack(int years);

  /// Whether lines are of more than one year.
  bool turns() const { return !marks_.empty(); }
  /// The year to read a line with.
  int YearAt(uint64_t offset) const { return marks_.empty() ? year_ : MarkAt(offset).year; }
  /// How many years later than YearAt a line is that was read with it: 0, or 1 or -1 around the turn of a year.
  int Correction(uint64_t offset, Micros time) const;

 private:
  struct Mark {
    uint64_t offset = 0;
    Micros time = 0;
    int year = 0;
  };
  const Mark& MarkAt(uint64_t offset) const;

  int year_;
  std::vector<Mark> marks_;
};

/// By how many years `time` must move to be nearest to `near`: 0, 1 or -1.
int YearsToNearest(Micros time, Micros near);

}  // namespace yk::logs
