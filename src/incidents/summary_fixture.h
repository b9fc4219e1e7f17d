// SPDX-License-Identifier: Apache-2.0
// Summaries made by hand: a day of 96 quarters of an hour, one fine bin each minute.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "logs/log_summary.h"

namespace yk::incidents {

inline constexpr logs::Micros kMinute = 60'000'000;

class Day {
 public:
  Day() {
    log_.grid = logs::TimeGrid::Over(0, 1439 * kMinute + 59'000'000);
    log_.first_time = 0;
    log_.last_time = 1439 * kMinute + 59'000'000;
    log_.layouts = {{"", 0}};
    log_.input_lines = {0};
  }

  /// A template with `per_minute(minute)` lines. Returns its id.
  uint32_t Add(const std::string& text, logs::Level level, const std::string& service,
               const std::function<double(int)>& per_minute) {
    logs::Template t;
    t.id = static_cast<uint32_t>(log_.templates.size());
    t.text = text;
    t.key = "key of " + text;
    double carry = 0;
    for (int minute = 0; minute < 1440; ++minute) {
      carry += per_minute(minute);
      const auto lines = static_cast<uint32_t>(carry);
      carry -= lines;
      if (lines == 0) continue;
      if (t.count == 0) t.first = {log_.lines + 1, 0, 0, minute * kMinute}, t.first_time = minute * kMinute;
      t.count += lines;
      log_.lines += lines;
      t.last_time = minute * kMinute;
      t.last = {log_.lines, 0, 0, minute * kMinute};
      t.bins.push_back({static_cast<uint32_t>(minute), lines});
    }
    t.levels[static_cast<size_t>(level)] = t.count;
    t.sampled = t.count;
    if (!service.empty()) t.components = {{service, t.count, {}}};
    t.examples = {{t.first, "line " + std::to_string(t.first.line) + " of " + text}};
    logs::MergeBins(&log_.bins, t.bins);
    log_.templates.push_back(std::move(t));
    return log_.templates.back().id;
  }

  /// Good news at a steady rate, so that there is traffic to compare with.
  void AddTraffic() {
    for (int i = 0; i < 6; ++i) {
      Add("request <*> of kind " + std::string(1, static_cast<char>('a' + i)) + " served", logs::Level::kInfo, "web",
          [](int) { return 20; });
    }
  }

  /// A slot of text values, each with lines per quarter of an hour.
  void AddValues(uint32_t id, const std::vector<std::pair<std::string, std::function<uint32_t(uint32_t)>>>& values,
                 uint64_t distinct) {
    logs::Slot slot;
    slot.sampled = log_.templates[id].count;
    slot.distinct = distinct;
    for (const auto& [value, lines] : values) {
      logs::TextValue text{value, 0, {}};
      for (uint32_t bin = 0; bin < log_.grid.coarse; ++bin) {
        if (lines(bin) > 0) text.series.push_back({bin, lines(bin)});
        text.count += lines(bin);
      }
      slot.top.push_back(std::move(text));
    }
    log_.templates[id].slots.push_back(std::move(slot));
  }

  /// A slot of numbers: the median of each quarter, the others around it.
  void AddNumbers(uint32_t id, const std::string& key, const std::function<double(uint32_t)>& median, double spread) {
    logs::Slot slot;
    slot.key = key;
    slot.sampled = log_.templates[id].count;
    slot.distinct = 100;
    logs::NumericStats stats;
    for (uint32_t bin = 0; bin < log_.grid.coarse; ++bin) {
      const double middle = median(bin);
      stats.series.push_back({bin, 20, middle - 2 * spread, middle, middle + 2 * spread});
      stats.count += 20;
    }
    const double usual = median(0);
    stats.p25 = usual - spread / 2;
    stats.p50 = usual;
    stats.p75 = usual + spread / 2;
    slot.numeric = std::move(stats);
    log_.templates[id].slots.push_back(std::move(slot));
  }

  void AddEvent(uint64_t id, uint32_t template_id, logs::Micros time, int32_t slot = 0) {
    log_.ids.push_back({id, log_.ids.size() + 1, time, template_id, 0, 0, 0, 0, slot});
  }

  logs::LogSummary& log() { return log_; }

 private:
  logs::LogSummary log_;
};

/// `rate`, and `during` in minutes [from, to).
inline std::function<double(int)> Rate(double rate, double during = 0, int from = 0, int to = 0) {
  return [=](int minute) { return minute >= from && minute < to ? during : rate; };
}

}  // namespace yk::incidents
