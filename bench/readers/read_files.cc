// SPDX-License-Identifier: Apache-2.0
// Reads the files named on standard input, one a line, through a ReaderPool, and prints one JSON object: what came out,
// how long it took, how many reader processes it took, the largest memory of one of them.
//   yk_bench_read_files READERS [tables] <LIST
// Or crashes a reader N times and prints how soon the next file was read by a new one, beside the time with no crash.
//   yk_bench_read_files restarts N
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "reader/reader_pool.h"
#include "reader/reason.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Totals {
  std::atomic<size_t> next{0}, documents{0}, failed{0}, without_sentence{0}, text_bytes{0}, tables{0};
};

void ReadAll(const yk::reader::ReaderPool& pool, const std::vector<std::string>& files, bool tables, Totals& totals) {
  yk::reader::ReadOptions options;
  options.want.tables = tables;
  options.ocr.enabled = false;
  for (size_t i = totals.next++; i < files.size(); i = totals.next++) {
    const auto document = pool.Read(files[i], options);
    if (document) {
      ++totals.documents;
      totals.text_bytes += document->text.size();
      totals.tables += document->tables.size();
      continue;
    }
    ++totals.failed;
    if (document.error().message.size() < 12) ++totals.without_sentence;
  }
}

/// Milliseconds until `file` is read.
double TimeOf(const yk::reader::ReaderPool& pool, const fs::path& file) {
  const auto begin = Clock::now();
  if (const auto document = pool.Read(file); !document) {
    std::fprintf(stderr, "%s\n", document.error().ToString().c_str());
    std::exit(1);
  }
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

int MeasureRestarts(int crashes) {
  const fs::path folder = fs::temp_directory_path() / ("yakan-restarts-" + std::to_string(::getpid()));
  fs::create_directory(folder);
  std::ofstream(folder / "crash.debug") << "crash";
  std::ofstream(folder / "good.txt") << "good\n";
  std::vector<double> after;
  std::vector<double> without;
  {
    const auto pool = yk::reader::ReaderPool::Open({.readers = 1, .debug_commands = true});
    for (int i = 0; pool && i < crashes; ++i) {
      (void)(*pool)->Read(folder / "crash.debug");
      after.push_back(TimeOf(**pool, folder / "good.txt"));
      without.push_back(TimeOf(**pool, folder / "good.txt"));
    }
  }
  fs::remove_all(folder);
  if (after.empty()) return 1;
  std::sort(after.begin(), after.end());
  std::sort(without.begin(), without.end());
  std::printf("{\"crashes\": %d, \"median_ms\": %.1f, \"max_ms\": %.1f, \"median_without_crash_ms\": %.2f}\n", crashes,
              after[after.size() / 2], after.back(), without[without.size() / 2]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "restarts") return MeasureRestarts(std::max(1, std::atoi(argv[2])));
  const int readers = argc > 1 ? std::atoi(argv[1]) : 1;
  const bool tables = argc > 2 && std::string_view(argv[2]) == "tables";
  if (readers < 1) {
    std::fputs("usage: yk_bench_read_files READERS [tables] <LIST, or yk_bench_read_files restarts N\n", stderr);
    return 2;
  }
  std::vector<std::string> files;
  for (std::string line; std::getline(std::cin, line);) files.push_back(line);
  auto pool = yk::reader::ReaderPool::Open({.readers = readers});
  if (!pool) {
    std::fprintf(stderr, "%s\n", pool.error().ToString().c_str());
    return 1;
  }
  Totals totals;
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < readers; ++i) threads.emplace_back([&] { ReadAll(**pool, files, tables, totals); });
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const int processes = (*pool)->processes_started();
  pool->reset();  // its processes end and are waited for
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  rusage readers_use{};
  ::getrusage(RUSAGE_CHILDREN, &readers_use);
  std::printf(
      "{\"documents\": %zu, \"failed\": %zu, \"without_sentence\": %zu, \"text_bytes\": %zu, \"tables\": %zu, "
      "\"seconds\": %.4f, \"processes\": %d, \"own_rss_kb\": %ld, \"reader_rss_kb\": %ld}\n",
      totals.documents.load(), totals.failed.load(), totals.without_sentence.load(), totals.text_bytes.load(),
      totals.tables.load(), seconds, processes, own.ru_maxrss, readers_use.ru_maxrss);
  return totals.without_sentence > 0 ? 1 : 0;
}
