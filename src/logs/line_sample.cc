// SPDX-License-Identifier: Apache-2.0
#include "logs/line_sample.h"

#include <algorithm>

namespace yk::logs {
namespace {

constexpr size_t kLines = 4096, kPlaces = 256;
constexpr uint64_t kSmallBytes = 512 << 10;
constexpr uint64_t kAllSampled = 100'000;

void Read(std::string_view input, uint32_t number, Charset charset, uint64_t begin, uint64_t end, size_t max,
          size_t line_bytes_max, LineSample* out, uint64_t* bytes) {
  LineCursor cursor(input, charset, begin, end, line_bytes_max);
  RawLine line;
  for (size_t n = 0; n < max && cursor.Next(&line); ++n) {
    out->lines.emplace_back(line.text);
    out->places.push_back({number, line.offset});
    *bytes += line.bytes.size() + 1;
  }
}

}  // namespace

LineSample SampleLines(std::span<const LogInput> inputs, const std::vector<Charset>& charsets, size_t line_bytes_max) {
  LineSample out;
  uint64_t total = 0;
  for (const LogInput& input : inputs) total += input.bytes.size();
  double expected = 0;
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    const std::string_view bytes = inputs[i].bytes;
    uint64_t seen = 0;
    const size_t before = out.lines.size();
    if (bytes.size() <= kSmallBytes && total <= kSmallBytes * 4) {
      Read(bytes, i, charsets[i], 0, bytes.size(), SIZE_MAX, line_bytes_max, &out, &seen);
    } else {
      // Each input gets places as its size asks, at least four.
      const size_t places = std::max<size_t>(
          4, static_cast<size_t>(static_cast<double>(bytes.size()) / static_cast<double>(total) * kPlaces));
      for (size_t p = 0; p < places; ++p) {
        const uint64_t begin = (bytes.size() / places * p) & ~uint64_t{1};
        Read(bytes, i, charsets[i], begin, bytes.size() / places * (p + 1), kLines / kPlaces, line_bytes_max, &out,
             &seen);
      }
      const uint64_t tail = (bytes.size() - std::min<uint64_t>(bytes.size(), 4096)) & ~uint64_t{1};
      Read(bytes, i, charsets[i], tail, bytes.size(), SIZE_MAX, line_bytes_max, &out, &seen);
    }
    if (seen > 0)
      expected += static_cast<double>(bytes.size()) / static_cast<double>(seen) *
                  static_cast<double>(out.lines.size() - before);
  }
  out.lines_expected = static_cast<uint64_t>(expected);
  return out;
}

Result<LayoutSet> FindLayouts(const LineSample& sample, const MineOptions& options) {
  const std::vector<std::string_view> lines(sample.lines.begin(), sample.lines.end());
  if (options.header.empty()) return LayoutSet::Detect(lines, options.year);
  return LayoutSet::Explicit(options.header, lines, options.year);
}

void ReadHead(const LayoutSet& layouts, const YearCourse& years, uint64_t offset, std::string_view line,
              HeadScratch* scratch, LineHead* out) {
  const int year = years.YearAt(offset);
  layouts.Read(line, year, scratch, out);
  if (!years.turns() || out->time == kNoTime || !layouts.LacksYear(out->layout)) return;
  if (const int years_later = years.Correction(offset, out->time); years_later != 0)
    layouts.Read(line, year + years_later, scratch, out);
}

std::vector<YearCourse> FindYears(const LineSample& sample, const LayoutSet& layouts, std::span<const LogInput> inputs,
                                  const MineOptions& options) {
  constexpr Micros kDay = Micros{86'400} * 1'000'000;
  std::vector<YearCourse> courses;
  LineHead head;
  HeadScratch scratch;
  size_t at = 0;
  if (inputs.empty() || !options.years_go_on)
    return std::vector(std::max<size_t>(1, inputs.size()), YearCourse(options.year));
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    int year = inputs[i].year != 0 ? inputs[i].year : options.year;
    YearCourse course(year);
    Micros last = kNoTime;
    for (; at < sample.lines.size() && sample.places[at].input == i; ++at) {
      layouts.Read(sample.lines[at], year, &scratch, &head);
      if (head.time == kNoTime || !layouts.LacksYear(head.layout)) continue;
      if (const int later = last == kNoTime ? 0 : YearsToNearest(head.time, last); later != 0) {
        year += later;
        layouts.Read(sample.lines[at], year, &scratch, &head);
      }
      last = head.time;
      course.Add(sample.places[at].offset, last, year);
    }
    course.Settle();
    const bool known = course.turns() && options.latest != kNoTime;
    for (; known && last > options.latest + kDay; last -= 365 * kDay) course.MoveBack(1);
    courses.push_back(std::move(course));
  }
  return courses;
}

TimeGrid FindGrid(const LineSample& sample, const LayoutSet& layouts, const std::vector<YearCourse>& years) {
  std::vector<Micros> times;
  LineHead head;
  HeadScratch scratch;
  for (size_t i = 0; i < sample.lines.size(); ++i) {
    const LineSample::Place& place = sample.places[i];
    ReadHead(layouts, years[place.input], place.offset, sample.lines[i], &scratch, &head);
    if (head.time != kNoTime) times.push_back(head.time);
  }
  if (times.empty()) return {};
  std::sort(times.begin(), times.end());
  // A stray line of another year must not make every bin a week wide.
  const auto at = [&](double q) { return times[static_cast<size_t>(q * static_cast<double>(times.size() - 1))]; };
  const Micros core = std::max<Micros>(at(0.95) - at(0.05), 60'000'000);
  size_t first = 0;
  size_t last = times.size() - 1;
  while (first < last && at(0.05) - times[first] > core * 10) ++first;
  while (last > first && times[last] - at(0.95) > core * 10) --last;
  const Micros margin = (times[last] - times[first]) / 256;
  return TimeGrid::Over(times[first] - margin, times[last] + margin);
}

unsigned SampleShift(const LineSample& sample, const MineOptions& options) {
  unsigned shift = sample.lines_expected > kAllSampled ? 3 : 0;
  while (shift < 40 && sample.lines_expected >> shift > options.sample_lines_max) ++shift;
  return shift;
}

}  // namespace yk::logs
