// SPDX-License-Identifier: Apache-2.0
// The log miner on a big file, beside the limits of the same machine in the same run: a pass over the bytes that only
// sums them, and one that only counts line ends. CPU seconds of this process, page cache warm; each in turn, several
// rounds.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "sources/mapped_file.h"
#include "base/json.h"
#include "logs/mine.h"

namespace {

double Seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; }

rusage Usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

struct Cost {
  double cpu = 0, wall = 0;
};

Cost Measure(const std::function<void()>& work) {
  const rusage before = Usage();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  const rusage after = Usage();
  return {Seconds(after.ru_utime) + Seconds(after.ru_stime) - Seconds(before.ru_utime) - Seconds(before.ru_stime),
          wall.count()};
}

struct Spread {
  double min = 0, median = 0, max = 0;
};

Spread SpreadOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

uint64_t SumBytes(std::string_view bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    sum += word;
  }
  return sum;
}

uint64_t CountLines(std::string_view bytes) {
  uint64_t lines = 0;
  for (size_t at = 0; at < bytes.size(); ++lines) {
    const void* const end = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    if (end == nullptr) break;
    at = static_cast<size_t>(static_cast<const char*>(end) - bytes.data()) + 1;
  }
  return lines;
}

/// Resident memory beside the mapping, in bytes.
size_t PrivateBytes() {
  std::FILE* const file = std::fopen("/proc/self/status", "r");
  if (file == nullptr) return 0;
  char line[256];
  size_t kilobytes = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, "RssAnon:", 8) == 0) kilobytes = std::strtoul(line + 8, nullptr, 10);
  }
  (void)std::fclose(file);
  return kilobytes * 1024;
}

struct Row {
  std::string name;
  std::vector<double> cpu, wall;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: bench_logs FILE [ROUNDS] [--json]\n");
    return 2;
  }
  const bool json = std::strcmp(argv[argc - 1], "--json") == 0;
  const int rounds = argc > 2 && std::strcmp(argv[2], "--json") != 0 ? std::atoi(argv[2]) : 5;
  auto file = yk::sources::MappedFile::Open(argv[1]);
  if (!file) {
    fmt::print(stderr, "{}\n", file.error().ToString());
    return 1;
  }
  const std::string_view bytes = file->bytes();
  uint64_t sum = 0, lines = 0, mined_lines = 0, templates = 0;
  size_t memory = 0;
  const auto mine = [&](unsigned threads) {
    yk::logs::MineOptions options;
    options.threads = threads;
    const std::vector<yk::logs::LogInput> inputs = {{argv[1], bytes}};
    const auto mined = yk::logs::Mine(inputs, options);
    if (!mined) return;
    mined_lines = (*mined)->summary().lines;
    templates = (*mined)->summary().templates.size();
    memory = std::max(memory, PrivateBytes());
  };
  std::vector<Row> rows = {{"sum of the bytes", {}, {}},
                           {"count of line ends", {}, {}},
                           {"templates, 1 thread", {}, {}},
                           {"templates, 2 threads", {}, {}}};
  const std::vector<std::function<void()>> work = {[&] { sum += SumBytes(bytes); }, [&] { lines = CountLines(bytes); },
                                                   [&] { mine(1); }, [&] { mine(2); }};
  for (int round = -1; round < rounds; ++round) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const Cost cost = Measure(work[i]);
      if (round < 0) continue;  // warm-up
      rows[i].cpu.push_back(cost.cpu);
      rows[i].wall.push_back(cost.wall);
    }
  }
  if (lines > mined_lines || mined_lines > lines + 1) {
    fmt::print(stderr, "{} lines were mined, but there are {}\n", mined_lines, lines);
    return 1;
  }
  const double megabytes = static_cast<double>(bytes.size()) / 1e6;
  const double million = static_cast<double>(mined_lines) / 1e6;
  const double pass = SpreadOf(rows[0].cpu).median, count = SpreadOf(rows[1].cpu).median;
  yk::Json out = {{"bytes", bytes.size()}, {"lines", mined_lines}, {"templates", templates}, {"memory_bytes", memory}};
  if (!json) {
    fmt::print("{:.0f} MB, {} lines, {} templates, {:.0f} MB of memory beside the mapping (checksum {:x})\n", megabytes,
               mined_lines, templates, static_cast<double>(memory) / 1e6, sum);
    fmt::print("{:<22}{:>26}{:>12}{:>16}{:>10}{:>12}{:>14}\n", "", "CPU s median [min-max]", "MB/CPU s",
               "M lines/CPU s", "wall s", "/ byte sum", "/ line count");
  }
  for (const Row& row : rows) {
    const Spread cpu = SpreadOf(row.cpu), wall = SpreadOf(row.wall);
    if (!json) {
      fmt::print("{:<22}{:>26}{:>12.0f}{:>16.2f}{:>10.2f}{:>12.1f}{:>14.1f}\n", row.name,
                 fmt::format("{:.2f} [{:.2f}-{:.2f}]", cpu.median, cpu.min, cpu.max), megabytes / cpu.median,
                 million / cpu.median, wall.median, cpu.median / pass, cpu.median / count);
    }
    out[row.name] = {{"cpu_s", cpu.median},
                     {"cpu_s_min", cpu.min},
                     {"cpu_s_max", cpu.max},
                     {"wall_s", wall.median},
                     {"wall_s_min", wall.min}};
  }
  const double speedup = SpreadOf(rows[2].wall).min / SpreadOf(rows[3].wall).min;
  out["speedup_2_threads"] = speedup;
  if (!json) fmt::print("two threads are {:.2f} times as fast as one (best wall times)\n", speedup);
  if (json) fmt::print("{}\n", yk::DumpJson(out));
  return 0;
}
