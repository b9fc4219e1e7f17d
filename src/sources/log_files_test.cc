// SPDX-License-Identifier: Apache-2.0
#include "sources/log_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.h"
#include "sources/log_analysis.h"
#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::yk::testing::TempDir;

std::string Lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += fmt::format("2026-03-02 10:{:02}:{:02} INFO web: served {}\n", i / 60 % 60, i % 60, i);
  return text;
}

TEST(LogFilesTest, RotatedFilesComeOldestFirst) {
  TempDir dir;
  for (const char* name : {"app.log", "app.log.1", "app.log.2", "app.log.10", "other.log"}) dir.Write(name, Lines(1));
  const auto files = LogFiles::Open({"*"}, {dir.path()});
  ASSERT_TRUE(files) << files.error().ToString();
  EXPECT_THAT(files->Names(), ElementsAre("app.log.10", "app.log.2", "app.log.1", "app.log", "other.log"));
  EXPECT_TRUE(ComesBefore("app.log.2.gz", "app.log.1"));
  EXPECT_FALSE(ComesBefore("app.log", "app.log.1.zst"));
}

TEST(LogFilesTest, WhatIsNoTextIsToldFromTextInAnyCharset) {
  EXPECT_TRUE(LooksBinary(std::string("\x7f"
                                      "ELF\x02\x01\x01",
                                      7) +
                          std::string(200, '\0')));
  EXPECT_FALSE(LooksBinary(""));
  EXPECT_FALSE(LooksBinary(Lines(3)));
  EXPECT_FALSE(LooksBinary("2026-03-02 \x83\x47\x83\x89\x81\x5b \x94\xad\x90\xb6\n"));  // Shift_JIS
  std::string wide;
  for (const char c : Lines(3)) wide += std::string{c, '\0'};
  EXPECT_FALSE(LooksBinary(wide));
  std::string some = Lines(50);
  some[100] = '\0';
  EXPECT_FALSE(LooksBinary(some)) << "a log may hold a few NUL bytes";
}

TEST(LogFilesTest, OfSeveralFilesThoseThatAreNoLogAreLeftOutWithANote) {
  TempDir dir;
  dir.Write("a.log", Lines(3));
  dir.Write("b.log", std::string(100, '\0'));
  dir.Write("c.log", "");
  const auto files = LogFiles::Open({"*.log"}, {dir.path()});
  ASSERT_TRUE(files) << files.error().ToString();
  EXPECT_THAT(files->Names(), ElementsAre("a.log"));
  EXPECT_EQ(files->incomplete(), 1u) << "an empty file is no loss";
  EXPECT_THAT(files->notes(), SizeIs(2));
}

TEST(LogFilesTest, AloneTheyAreErrors) {
  TempDir dir;
  dir.Write("b.log", std::string(100, '\0'));
  dir.Write("c.log", "");
  const auto binary = LogFiles::Open({"b.log"}, {dir.path()});
  ASSERT_FALSE(binary);
  EXPECT_EQ(binary.error().code, Code::kInvalid);
  EXPECT_THAT(binary.error().message, HasSubstr("b.log is no text"));
  const auto empty = LogFiles::Open({"c.log"}, {dir.path()});
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("c.log is empty"));
  EXPECT_EQ(LogFiles::Open({"none.log"}, {dir.path()}).error().code, Code::kNotFound);
  EXPECT_EQ(LogFiles::Open({"none.log", "no*.log"}, {dir.path()}).error().code, Code::kNotFound);
  dir.Write("a.log", Lines(3));
  const auto others = LogFiles::Open({"none.log", "a.log"}, {dir.path()});
  ASSERT_TRUE(others) << others.error().ToString();
  EXPECT_THAT(others->Names(), ElementsAre("a.log"));
  EXPECT_EQ(others->incomplete(), 1u);
  EXPECT_THAT(others->notes(), ElementsAre(HasSubstr("none.log does not exist")));
}

TEST(LogFilesTest, AFileThatIsCutWhileItIsReadGivesZerosAndAFlag) {
  TempDir dir;
  const auto path = dir.Write("a.log", Lines(20'000));
  const auto files = LogFiles::Open({"a.log"}, {dir.path()});
  ASSERT_TRUE(files);
  EXPECT_EQ(files->Shrunk(), "");
  std::filesystem::resize_file(path, 10);
  const std::string_view bytes = files->Inputs()[0].bytes;
  EXPECT_EQ(bytes.back(), '\0');
  EXPECT_EQ(files->Shrunk(), "a.log");
}

TEST(LogAnalysisTest, FindsLinesByTheirNumbersInTheWholeLog) {
  TempDir dir;
  std::string text;
  for (int minute = 0; minute < 600; ++minute) {
    for (int i = 0; i < 3; ++i)
      text += fmt::format("2026-03-02 {:02}:{:02}:{:02} INFO web: served {}\n", minute / 60, minute % 60, i, minute);
    if (minute >= 300 && minute < 310)
      text += fmt::format("2026-03-02 {:02}:{:02}:30 ERROR db: no connection {}\n", minute / 60, minute % 60, minute);
  }
  dir.Write("a.log", Lines(5));
  dir.Write("b.log", text);
  LogAnalysisOptions options;
  options.patterns = {"*.log"};
  options.files.base_dir = dir.path();
  const auto whole = AnalyseLogs(options);
  ASSERT_TRUE(whole) << whole.error().ToString();
  ASSERT_THAT(whole->findings.incidents, SizeIs(1));
  options.since = "04:00";
  options.until = "06:00";
  const auto part = AnalyseLogs(options);
  ASSERT_TRUE(part) << part.error().ToString();
  ASSERT_THAT(part->findings.incidents, SizeIs(1));
  EXPECT_EQ(part->findings.incidents[0].first_line, whole->findings.incidents[0].first_line);
  EXPECT_EQ(part->findings.incidents[0].first_line, 5u + 301 * 3 + 1) << "counted over both files";
  EXPECT_EQ(part->summary.lines, 120u * 3 + 10);
}

TEST(LogAnalysisTest, LinesWithoutAYearAreFromTheYearOfTheOthers) {
  TempDir dir;
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += fmt::format("2023-03-02 10:{:02}:00 INFO web: served {}\nMar  2 10:{:02}:10 web01 sshd[7]: accepted {}\n",
                        i, i, i, i);
  }
  dir.Write("a.log", text);
  LogAnalysisOptions options;
  options.patterns = {"a.log"};
  options.files.base_dir = dir.path();
  options.mine.year = 2026;
  const auto found = AnalyseLogs(options);
  ASSERT_TRUE(found);
  EXPECT_EQ(logs::FormatTime(found->summary.first_time), "2023-03-02 10:00:00");
  EXPECT_EQ(logs::FormatTime(found->summary.last_time), "2023-03-02 10:59:10");
}

TEST(LogAnalysisTest, LinesWithoutAYearAreNotFromTheFuture) {
  TempDir dir;
  std::string text;
  for (int i = 0; i < 60; ++i) text += fmt::format("Dec 30 10:{:02}:10 web01 sshd[7]: accepted {}\n", i, i);
  dir.Write("a.log", text);
  LogAnalysisOptions options;
  options.patterns = {"a.log"};
  options.files.base_dir = dir.path();
  options.mine.year = 2026;
  options.now = 20455LL * 86'400'000'000;  // 2026-01-02
  const auto found = AnalyseLogs(options);
  ASSERT_TRUE(found);
  EXPECT_EQ(logs::FormatTime(found->summary.first_time), "2025-12-30 10:00:10");
}

TEST(LogAnalysisTest, LinesWithoutAYearGoOnInTheNextOneAndSoDoesAPartOfThem) {
  TempDir dir;
  std::string text;
  for (const std::string_view day : {"Dec 31", "Jan  1", "Jan  2"}) {
    for (int i = 0; i < 60; ++i) text += fmt::format("{} 10:{:02}:10 web01 sshd[7]: accepted {}\n", day, i, i);
  }
  dir.Write("a.log", text);
  LogAnalysisOptions options;
  options.patterns = {"a.log"};
  options.files.base_dir = dir.path();
  options.mine.year = 2026;
  options.now = 20460LL * 86'400'000'000;  // 2026-01-07
  auto found = AnalyseLogs(options);
  ASSERT_TRUE(found);
  EXPECT_EQ(logs::FormatTime(found->summary.first_time), "2025-12-31 10:00:10");
  EXPECT_EQ(logs::FormatTime(found->summary.last_time), "2026-01-02 10:59:10");
  options.since = "2026-01-01";
  found = AnalyseLogs(options);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->summary.lines, 120u);
  EXPECT_EQ(logs::FormatTime(found->summary.first_time), "2026-01-01 10:00:10");
}

TEST(LogAnalysisTest, MaskRulesNameTheirMistakes) {
  const auto rules = MaskRulesFromJson({{{"name", "n"}, {"match", "[0-9]+"}, {"contains", "id"}}});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->at(0).literal, "id");
  EXPECT_THAT(MaskRulesFromJson({{{"name", "n"}}}).error().message, HasSubstr("must have the key 'match'"));
  EXPECT_THAT(MaskRulesFromJson({{{"match", 1}}}).error().message, HasSubstr("'match' must be text"));
  EXPECT_FALSE(MaskRulesFromJson(Json::object()));
}

}  // namespace
}  // namespace yk::sources
