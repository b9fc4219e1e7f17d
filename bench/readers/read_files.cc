// SPDX-License-Identifier: Apache-2.0
// Reads the files named on standard input, one a line, through a ReaderPool, and prints one JSON object: what came out,
// how long it took, how many reader processes it took, how soon after a crash the next file was read.
//   yk_bench_read_files READERS [tables] <LIST
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "reader/reader_pool.h"
#include "reader/reason.h"

namespace {

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

}  // namespace

int main(int argc, char** argv) {
  const int readers = argc > 1 ? std::atoi(argv[1]) : 1;
  const bool tables = argc > 2 && std::string_view(argv[2]) == "tables";
  if (readers < 1) {
    std::fputs("usage: yk_bench_read_files READERS [tables] <LIST\n", stderr);
    return 2;
  }
  std::vector<std::string> files;
  for (std::string line; std::getline(std::cin, line);) files.push_back(line);
  const auto pool = yk::reader::ReaderPool::Open({.readers = readers});
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
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  std::printf(
      "{\"documents\": %zu, \"failed\": %zu, \"without_sentence\": %zu, \"text_bytes\": %zu, \"tables\": %zu, "
      "\"seconds\": %.4f, \"processes\": %d, \"own_rss_kb\": %ld}\n",
      totals.documents.load(), totals.failed.load(), totals.without_sentence.load(), totals.text_bytes.load(),
      totals.tables.load(), seconds, (*pool)->processes_started(), own.ru_maxrss);
  return totals.without_sentence > 0 ? 1 : 0;
}
