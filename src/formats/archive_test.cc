// SPDX-License-Identifier: Apache-2.0
#include "formats/archive.h"

#include <gmock/gmock.h>

#include <random>

#include "formats/archive_reader.h"
#include "formats/pack_fixture.h"
#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/charset.h"

namespace yk::formats {
namespace {

using reader::Reason;
using testing::ElementsAre;
using testing::HasSubstr;

reader::ReadRequest Request(const std::string& name, reader::Task task, std::vector<std::string> member = {}) {
  reader::ReadRequest request;
  request.name = name;
  request.task = task;
  request.options.member = std::move(member);
  return request;
}

std::vector<std::string> List(const std::string& name, std::string_view bytes) {
  auto answer = ReadContent(Request(name, reader::Task::kList), bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  std::vector<std::string> names;
  if (!answer) return names;
  for (const auto& member : answer->members) {
    std::string shown;
    for (const auto& part : member.path) shown += (shown.empty() ? "" : " > ") + part;
    names.push_back(shown);
  }
  return names;
}

Result<reader::ReadAnswer> ReadMember(std::string_view bytes, std::vector<std::string> member) {
  return ReadContent(Request("a.zip", reader::Task::kRead, std::move(member)), bytes);
}

TEST(ArchiveTest, EveryKindListsAndReadsItsFiles) {
  const Files files = {{"docs/", ""}, {"docs/one.txt", "first text"}, {"two.csv", "a,b\n1,2\n"}};
  const std::vector<std::tuple<const char*, const char*, std::string>> kinds = {
      {"zip", nullptr, "a.zip"},       {"ustar", nullptr, "a.tar"},  {"pax", "gzip", "a.tar.gz"},
      {"gnutar", "zstd", "a.tar.zst"}, {"ustar", "bzip2", "a.tbz2"}, {"ustar", "xz", "a.tar.xz"},
      {"7zip", nullptr, "a.7z"}};
  for (const auto& [format, filter, name] : kinds) {
    const std::string bytes = Pack(files, format, filter);
    EXPECT_THAT(List(name, bytes), ElementsAre("docs/one.txt", "two.csv")) << name;
    auto one = ReadContent(Request("unnamed", reader::Task::kRead, {"docs/one.txt"}), bytes);
    ASSERT_TRUE(one) << name << one.error().ToString();
    EXPECT_EQ(one->document.text, "first text");
    auto two = ReadContent(Request(name, reader::Task::kRead, {"two.csv"}), bytes);
    ASSERT_TRUE(two) << name;
    EXPECT_EQ(two->document.mime, "text/csv");
  }
}

TEST(ArchiveTest, ACompressedFileIsThatFile) {
  const std::string page = "<html><body>inside";
  for (const char* filter : {"gzip", "zstd", "bzip2", "xz"}) {
    const std::string bytes = Pack({{"x", page}}, "raw", filter);
    EXPECT_THAT(List("page.html.gz", bytes), ElementsAre()) << filter;
    auto answer = ReadContent(Request("page.html.gz", reader::Task::kRead), bytes);
    ASSERT_TRUE(answer) << filter << answer.error().ToString();
    EXPECT_EQ(answer->document.text, "inside");
  }
}

TEST(ArchiveTest, WithoutAMemberTheTextNamesTheFiles) {
  auto answer = ReadMember(Pack({{"a.txt", "x"}, {"b/c.txt", "y"}}), {});
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->document.text, "a.txt\nb/c.txt");
}

TEST(ArchiveTest, ArchivesInArchivesUnfold) {
  const std::string inner = Pack({{"deep.txt", "deep text"}, {"more.txt", "more"}});
  const std::string bytes =
      Pack({{"in/inner.zip", inner}, {"x.tar.gz", Pack({{"t.txt", "tar text"}}, "ustar", "gzip")}});
  EXPECT_THAT(List("a.zip", bytes),
              ElementsAre("in/inner.zip > deep.txt", "in/inner.zip > more.txt", "x.tar.gz > t.txt"));
  auto deep = ReadMember(bytes, {"in/inner.zip", "deep.txt"});
  ASSERT_TRUE(deep) << deep.error().ToString();
  EXPECT_EQ(deep->document.text, "deep text");
}

TEST(ArchiveTest, NestingEndsAtItsLimit) {
  std::string bytes = Pack({{"core.txt", "core"}});
  for (int i = 0; i < 8; ++i) bytes = Pack({{"next.zip", bytes}});
  const auto names = List("a.zip", bytes);
  ASSERT_EQ(names.size(), 1u);
  auto request = Request("a.zip", reader::Task::kRead);
  auto listed = ReadContent(Request("a.zip", reader::Task::kList), bytes);
  request.options.member = listed->members[0].path;
  auto answer = ReadContent(request, bytes);
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), Reason::kResourceLimit) << answer.error().ToString();
}

TEST(ArchiveTest, NamesAreSafeAndFoundAgain) {
  const std::string bytes = Pack({{"../../etc/passwd", "one"},
                                  {"/abs//x.txt", "two"},
                                  {"same.txt", "three"},
                                  {"same.txt", "four"},
                                  {"__MACOSX/._same.txt", "no"},
                                  {"tab\there.txt", "five"}},
                                 "ustar");
  EXPECT_THAT(List("a.tar", bytes), ElementsAre("etc/passwd", "abs/x.txt", "same.txt", "same.txt (2)", "tab_here.txt"));
  EXPECT_EQ(ReadMember(bytes, {"same.txt (2)"})->document.text, "four");
  EXPECT_EQ(ReadMember(bytes, {"tab_here.txt"})->document.text, "five");
  EXPECT_EQ(ReadMember(bytes, {"absent.txt"}).error().code, Code::kNotFound);
}

TEST(ArchiveTest, JapaneseNamesOfOldZipFilesAreRead) {
  std::string bytes = Pack({{"XXXXXXXX.txt", "old"}, {"日本.txt", "new"}});
  const std::string name = *text::EncodeAs("契約一覧", "CP932");
  ASSERT_EQ(name.size(), 8u);
  for (size_t at = bytes.find("XXXXXXXX"); at != std::string::npos; at = bytes.find("XXXXXXXX"))
    bytes.replace(at, 8, name);
  EXPECT_THAT(List("a.zip", bytes), ElementsAre("契約一覧.txt", "日本.txt"));
  EXPECT_EQ(ReadMember(bytes, {"契約一覧.txt"})->document.text, "old");
  EXPECT_EQ(SafeMemberName("表\\計算.xls"), "表/計算.xls");
  EXPECT_EQ(SafeMemberName(*text::EncodeAs("表計算.xls", "CP932")), "表計算.xls") << "its second byte is a backslash";
}

TEST(ArchiveTest, NamesOfOneArchiveShareTheirCharset) {
  const auto old = [](const char* name) { return *text::EncodeAs(name, "CP932"); };
  EXPECT_EQ(SafeMemberName(old("ﾊﾝｶｸ.txt")), "保狂.txt") << "alone, it could be either";
  const std::string bytes =
      Pack({{old("ﾊﾝｶｸ.txt"), "1"}, {old("資料/議事録.txt"), "2"}, {old("表示一覧.csv"), "3"}, {"é.txt", "4"}});
  EXPECT_THAT(List("a.zip", bytes), ElementsAre("ﾊﾝｶｸ.txt", "資料/議事録.txt", "表示一覧.csv", "é.txt"));
  EXPECT_TRUE(ReadMember(bytes, {"ﾊﾝｶｸ.txt"}));
  EXPECT_EQ(CharsetOfNames({old("ﾊﾝｶｸ.txt"), old("資料/議事録"), "cafe\x82.txt", "\x82.txt"}), "CP932");
}

TEST(ArchiveTest, EncryptedFilesNeedTheirPassword) {
  const std::string bytes = Pack({{"secret.txt", "hidden words"}}, "zip", nullptr, "zip:encryption=aes256", "pass");
  EXPECT_THAT(List("a.zip", bytes), ElementsAre("secret.txt"));
  auto answer = ReadMember(bytes, {"secret.txt"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), Reason::kEncrypted) << answer.error().ToString();
  auto request = Request("a.zip", reader::Task::kRead, {"secret.txt"});
  request.options.passwords = {"wrong", "pass"};
  auto opened = ReadContent(request, bytes);
  ASSERT_TRUE(opened) << opened.error().ToString();
  EXPECT_EQ(opened->document.text, "hidden words");
}

TEST(ArchiveTest, BombsEndAtALimit) {
  const std::string bytes = Pack({{"zeros.txt", std::string(size_t{8} << 20, '0')}, {"a.txt", "fine"}});
  auto request = Request("a.zip", reader::Task::kRead, {"zeros.txt"});
  request.options.limits.expanded_bytes_max = 1 << 20;
  auto answer = ReadContent(request, bytes);
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), Reason::kResourceLimit);
  EXPECT_THAT(answer.error().message, HasSubstr("unfolds"));
  request.options.member = {"a.txt"};
  EXPECT_TRUE(ReadContent(request, bytes)) << "its neighbours can be read";
  const std::string ratio = Pack({{"zeros.txt", std::string(size_t{120} << 20, '0')}}, "zip");
  EXPECT_EQ(reader::ReasonOf(ReadMember(ratio, {"zeros.txt"}).error()), Reason::kResourceLimit);
}

TEST(ArchiveTest, TooManyFilesEndAtALimit) {
  Files files;
  for (int i = 0; i < 30; ++i) files.emplace_back(fmt::format("{}.txt", i), "x");
  const std::string bytes = Pack({{"a.zip", Pack(files)}, {"b.zip", Pack(files)}});
  auto request = Request("a.zip", reader::Task::kList);
  request.options.limits.members_max = 40;
  auto answer = ReadContent(request, bytes);
  ASSERT_TRUE(answer) << "what does not fit is one member that fails with the reason";
  ASSERT_EQ(answer->members.size(), 31u);
  EXPECT_THAT(answer->members.back().path, ElementsAre("b.zip"));
  request.options.limits.members_max = 20;
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, Pack(files)).error()), Reason::kResourceLimit);
}

TEST(ArchiveTest, WhatIsDamagedOrEmptySaysSo) {
  EXPECT_EQ(reader::ReasonOf(ReadMember("PK\x03\x04garbage", {}).error()), Reason::kCorrupt);
  EXPECT_EQ(reader::ReasonOf(ReadMember(Pack({}), {}).error()), Reason::kNoText);
  EXPECT_EQ(reader::ReasonOf(ReadMember("PK", {}).error()), Reason::kCorrupt);
  const std::string good = Pack({{"a.txt", "text one"}, {"b.zip", Pack({{"c.txt", "text two"}})}});
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 6; flips > 0; --flips)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (random() % 3 == 0) bad.resize(random() % bad.size() + 1);
    auto answer = ReadContent(Request("a.zip", reader::Task::kList), bad);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

}  // namespace
}  // namespace yk::formats
