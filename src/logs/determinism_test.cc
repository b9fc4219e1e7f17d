// SPDX-License-Identifier: Apache-2.0
// Neither threads nor chunks nor the way a log is cut into inputs may change what is found.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "logs/mine_fixture.h"
#include "logs/summary_text_fixture.h"

namespace yk::logs {
namespace {

/// A log with several layouts, Japanese lines, stacks, blank lines and many words; of our own making.
std::string MakeLog(size_t lines, uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](uint32_t n) { return static_cast<unsigned>(random() % n); };
  const char* const names[] = {"ann", "bob", "cy", "dan", "eve", "fay", "gus", "hal"};
  std::string log;
  for (size_t i = 0; i < lines; ++i) {
    const unsigned s = static_cast<unsigned>(i / 7 % 86400);
    const std::string time = fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    switch (below(8)) {
      case 0:
        log += fmt::format("2026-03-02T{}.{:03} INFO  [order-svc] [req-{:016x}] order ORD-{:08} done in {}ms\n", time,
                           below(1000), uint64_t{random()} * 77777, below(500), below(90));
        break;
      case 1:
        log +=
            fmt::format("2026-03-02T{}.{:03} WARN  [auth-svc] [req-{:016x}] login failed for user {} from 10.0.{}.{}\n",
                        time, below(1000), uint64_t{random()} * 77777, names[below(8)], below(9), below(99));
        break;
      case 2:
        log += fmt::format("Mar  2 {} web0{} sshd[{}]: session opened for user {} by (uid={})\n", time, below(9),
                           below(999), names[below(8)], below(9));
        break;
      case 3:
        log += fmt::format("Mar  2 {} db0{} kernel: device eth{} entered mode {}\n", time, below(9), below(4),
                           below(2) ? "on" : "off");
        break;
      case 4:
        log += fmt::format(
            "2026-03-02T{}.{:03} ERROR [batch-svc] [req-{:016x}] ファイル 受注_{:08}.csv の取込に失敗しました "
            "行番号={}\n\tat jp.example.Job.run(Job.java:{})\n",
            time, below(1000), uint64_t{random()} * 77777, below(99999), below(99), below(400));
        break;
      case 5:
        log += fmt::format(
            "{{\"ts\":\"2026-03-02T{}\",\"level\":\"INFO\",\"event\":\"stock\",\"shop\":\"{}\",\"n\":{}}}\n", time,
            names[below(8)], below(100));
        break;
      case 6: log += below(5) == 0 ? "   \r\n" : fmt::format("no header {} at all\n", names[below(8)]); break;
      default:
        log += fmt::format("2026-03-02T{}.{:03} INFO  [list-svc] [req-{:016x}] peers {}\n", time, below(1000),
                           uint64_t{random()} * 77777, below(2) ? "10.0.0.1,10.0.0.2" : "10.0.0.3");
        break;
    }
  }
  log += "2026-03-02T23:59:59.000 INFO  [x-svc] [req-0000000000000001] last line without its end";
  return log;
}

TEST(Determinism, AnyNumberOfThreadsAndAnyChunkSizeGiveTheSame) {
  const std::string log = MakeLog(6000, 3);
  MineOptions options;
  options.chunk_bytes = 1 << 20;
  const std::string expected = Everything(*MineInputs({{"log", log}}, options));
  for (const unsigned threads : {1U, 2U, 3U, 7U, 16U}) {
    for (const size_t chunk : {size_t{997}, size_t{4096}, size_t{65536}}) {
      options.threads = threads;
      options.chunk_bytes = chunk;
      EXPECT_EQ(Everything(*MineInputs({{"log", log}}, options)), expected)
          << threads << " threads, chunks of " << chunk;
    }
  }
}

TEST(Determinism, HoldsWhenIdsAndSamplesAreThinned) {
  const std::string log = MakeLog(6000, 4);
  MineOptions options;
  options.id_events_max = 300;
  options.sample_lines_max = 700;
  const auto whole = MineInputs({{"log", log}}, options);
  EXPECT_LE(whole->summary().ids.size(), 300u);
  EXPECT_LT(whole->summary().id_share, 1);
  EXPECT_LT(whole->summary().sample_rate, 1);
  const std::string expected = Everything(*whole);
  for (const unsigned threads : {2U, 5U, 16U}) {
    options.threads = threads;
    options.chunk_bytes = 3000;
    EXPECT_EQ(Everything(*MineInputs({{"log", log}}, options)), expected) << threads;
  }
}

TEST(Determinism, HoldsWhenSkeletonsDoNotFitIntoMemory) {
  std::string log;
  std::mt19937 random(5);
  for (int i = 0; i < 4000; ++i) {
    std::string word;
    for (int k = 0; k < 6; ++k) word += static_cast<char>('a' + random() % 26);
    log += fmt::format("{} {} {}\n", word, word.substr(0, 3), i % 3 == 0 ? "stop" : word.substr(3));
  }
  MineOptions options;
  options.skeletons_max = 500;
  options.header = "<Content>";
  const auto whole = MineInputs({{"log", log}}, options);
  ExpectLinesAddUp(whole->summary());
  EXPECT_GT(whole->summary().rare.lines, 0u);
  EXPECT_EQ(whole->summary().mask_coarseness, 2);
  EXPECT_EQ(whole->summary().rare.examples.size(), 64u);
  const std::string expected = Everything(*whole);
  for (const unsigned threads : {2U, 5U, 16U}) {
    options.threads = threads;
    options.chunk_bytes = 2000;
    EXPECT_EQ(Everything(*MineInputs({{"log", log}}, options)), expected) << threads;
  }
}

TEST(Determinism, CountsAddUpAndAVisitAgreesWithThem) {
  const std::string log = MakeLog(3000, 6);
  const auto mined = MineInputs({{"log", log}}, {});
  const LogSummary& s = mined->summary();
  ExpectLinesAddUp(s);
  std::vector<uint64_t> counts(s.templates.size());
  uint64_t lines = 0, empty = 0;
  mined->Visit({}, [&](const LineEvent& event) {
    EXPECT_EQ(event.place.line, ++lines);
    empty += event.empty;
    if (event.template_id != kNoTemplate) {
      ++counts[event.template_id];
      EXPECT_EQ(event.slots.size(), s.templates[event.template_id].slots.size());
      EXPECT_EQ(event.continuation, s.templates[event.template_id].continuation);
    }
    return true;
  });
  EXPECT_EQ(lines, s.lines);
  EXPECT_EQ(empty, s.empty);
  for (size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(counts[i], s.templates[i].count) << s.templates[i].text;
}

}  // namespace
}  // namespace yk::logs
