// SPDX-License-Identifier: Apache-2.0
// The fast miner against the slow one, on logs made at random and on damaged ones.
#include <gtest/gtest.h>

#include <random>

#include "logs/mine_fixture.h"
#include "logs/reference_miner_fixture.h"

namespace yk::logs {
namespace {

/// Words that touch every rule of the scanner and of the grouping.
constexpr const char* kWords[] = {"order",
                                  "done",
                                  "true",
                                  "FALSE",
                                  "17",
                                  "-3",
                                  "35ms",
                                  "eth0",
                                  "ssh2",
                                  "u012345",
                                  "ORD-00012345",
                                  "10.0.0.1:80",
                                  "FF:F2:9F:16",
                                  "/var/log/x",
                                  "https://a.b/c?d=e;f,g",
                                  "a/b.c",
                                  "user=root",
                                  "tag=\"View Lock\"",
                                  "x=(1,2)",
                                  "[7]",
                                  "()",
                                  "(4)",
                                  "ms.",
                                  "enabled......1",
                                  "CPU#0",
                                  "v1.2",
                                  "受注_00012345.csv",
                                  "経過=35ミリ秒",
                                  "明細３件",
                                  "（明細 4 件）",
                                  "Sat Jun 18 02:23:10 2005",
                                  "2026-03-02",
                                  "10:42:07",
                                  "1,2,3",
                                  "blk_-12 blk_-13",
                                  "com.example.Shop",
                                  "{\"event\":\"go\",\"n\":1}",
                                  "\x01",
                                  "\x02 3",
                                  "null",
                                  "a:b:c",
                                  "::",
                                  "'quoted'",
                                  "it's",
                                  "<*>",
                                  "C:\\a\\b1",
                                  "0x1f",
                                  "=",
                                  "k=v",
                                  "-"};

std::string RandomLog(std::mt19937* random, size_t lines) {
  std::string log;
  for (size_t i = 0; i < lines; ++i) {
    const unsigned words = (*random)() % 8;
    if ((*random)() % 3 == 0) log += "2026-03-02 10:42:0" + std::to_string((*random)() % 10) + " INFO x: ";
    for (unsigned w = 0; w < words; ++w) {
      log += kWords[(*random)() % std::size(kWords)];
      log += (*random)() % 8 == 0 ? "" : " ";
    }
    log += (*random)() % 5 == 0 ? "\r\n" : "\n";
  }
  if (!log.empty() && (*random)() % 2 == 0) log.pop_back();
  return log;
}

void ExpectAgreement(std::string_view log, const MineOptions& options) {
  const auto mined = MineInputs({{"log", log}}, options);
  ExpectLinesAddUp(mined->summary());
  ASSERT_EQ(AsReference(mined->summary()), ReferenceMine(log, options)) << log;
}

TEST(Reference, AgreesOnRandomLogs) {
  std::mt19937 random(42);
  for (int round = 0; round < 150; ++round) {
    const std::string log = RandomLog(&random, random() % 60);
    MineOptions options;
    options.threads = 1 + random() % 4;
    options.chunk_bytes = 16 + random() % 500;
    if (random() % 2 == 0) options.header = "<Content>";
    ExpectAgreement(log, options);
  }
}

TEST(Reference, AgreesOnDamagedLogs) {
  std::mt19937 random(43);
  for (int round = 0; round < 150; ++round) {
    std::string log = RandomLog(&random, 1 + random() % 40);
    for (unsigned n = log.empty() ? 0 : random() % 30; n > 0; --n)
      log[random() % log.size()] = static_cast<char>(random() % 256);
    if (DetectCharset(log) != Charset::kUtf8) continue;
    MineOptions options;
    options.chunk_bytes = 16 + random() % 300;
    options.line_bytes_max = 20 + random() % 200;
    options.header = random() % 2 == 0 ? "" : "<Time> <Content>";
    ExpectAgreement(log, options);
  }
}

TEST(Reference, AgreesOnMoreSlotsThanAreKept) {
  std::string log;
  for (int i = 0; i < 600; ++i) log += "1 a" + std::to_string(i) + "=2 ";
  ExpectAgreement(log + "\n" + log, {});
}

}  // namespace
}  // namespace yk::logs
