// SPDX-License-Identifier: Apache-2.0
#include "logs/year_course.h"

#include <algorithm>

namespace yk::logs {
namespace {

constexpr Micros kDay = Micros{86'400} * 1'000'000;
constexpr Micros kYear = 365 * kDay;
constexpr Micros kApart = 10 * kDay;  ///< marks nearer to each other tell nothing new

}  // namespace

int YearsToNearest(Micros time, Micros near) {
  if (time - near > kYear / 2) return -1;
  return near - time > kYear / 2 ? 1 : 0;
}

void YearCourse::Add(uint64_t offset, Micros time, int year) {
  if (!marks_.empty()) {
    const Mark& last = marks_.back();
    if (offset <= last.offset) return;
    if (year == last.year && time - last.time < kApart && last.time - time < kApart) return;
  }
  marks_.push_back({offset, time, year});
}

void YearCourse::Settle() {
  const auto same = [&](const Mark& mark) { return mark.year == marks_.front().year; };
  if (marks_.empty() || !std::all_of(marks_.begin(), marks_.end(), same)) return;
  year_ = marks_.front().year;
  marks_.clear();
}

void YearCourse::MoveBack(int years) {
  year_ -= years;
  for (Mark& mark : marks_) {
    mark.year -= years;
    mark.time -= kYear * years;
  }
}

const YearCourse::Mark& YearCourse::MarkAt(uint64_t offset) const {
  const auto behind = std::upper_bound(marks_.begin(), marks_.end(), offset,
                                       [](uint64_t o, const Mark& mark) { return o < mark.offset; });
  return behind == marks_.begin() ? *behind : *(behind - 1);
}

int YearCourse::Correction(uint64_t offset, Micros time) const {
  return marks_.empty() ? 0 : YearsToNearest(time, MarkAt(offset).time);
}

}  // namespace yk::logs
