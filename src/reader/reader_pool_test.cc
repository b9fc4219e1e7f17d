// SPDX-License-Identifier: Apache-2.0
#include "reader/reader_pool.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "reader/reason.h"
#include "testing/temp_dir.h"

namespace yk::reader {
namespace {

using ::testing::HasSubstr;

class ReaderPoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<ReaderPool> Open(ReaderPoolOptions options = {}) {
    options.program = std::string(YAKAN_BIN_DIR) + "/yakan-reader";
    if (options.readers == 0) options.readers = 1;
    options.debug_commands = true;
    auto pool = ReaderPool::Open(options);
    EXPECT_TRUE(pool) << pool.error().ToString();
    return std::move(*pool);
  }
  /// Reads a file that makes its reader do `command`.
  Result<Document> Misbehave(const ReaderPool& pool, const std::string& command, const ReadLimits& limits = {}) {
    return pool.Read(dir_.Write(command + ".debug", command), {.limits = limits});
  }
  void ExpectAlive(const ReaderPool& pool) {
    auto document = pool.Read(dir_.Write("good.txt", "good\n"));
    ASSERT_TRUE(document) << document.error().ToString();
    EXPECT_EQ(document->text, "good\n");
  }
  testing::TempDir dir_;
};

TEST_F(ReaderPoolTest, TextComesBackWithItsPages) {
  auto pool = Open();
  const auto path = dir_.Write("契約.txt", "甲は乙に\f二頁目");
  auto document = pool->Read(path);
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_EQ(document->text, "甲は乙に\n二頁目");
  EXPECT_EQ(document->file, path.string());
  EXPECT_EQ(document->mime, "text/plain");
  ASSERT_EQ(document->pages.size(), 2u);
  EXPECT_EQ(document->PageOf(3), 1);
  EXPECT_EQ(document->PageOf(5), 2);
  EXPECT_EQ(*pool->CountPages(path), 2);
  ReadOptions second;
  second.limits.first_page = second.limits.last_page = 2;
  EXPECT_EQ(pool->Read(path, second)->text, "二頁目");
  EXPECT_EQ(pool->processes_started(), 1);
}

struct Crime {
  const char* command;
  Reason reason;
  const char* sentence;
};

class MisbehavingReader : public ReaderPoolTest, public ::testing::WithParamInterface<Crime> {};

TEST_P(MisbehavingReader, CostsOneDocumentAndIsReplaced) {
  auto pool = Open({.memory_bytes = uint64_t{512} << 20});
  ExpectAlive(*pool);
  auto document = Misbehave(*pool, GetParam().command);
  ASSERT_FALSE(document);
  EXPECT_EQ(ReasonOf(document.error()), GetParam().reason) << document.error().ToString();
  EXPECT_THAT(document.error().ToString(), HasSubstr(GetParam().sentence));
  EXPECT_THAT(document.error().ToString(), HasSubstr(std::string(GetParam().command) + ".debug"));
  ExpectAlive(*pool);
}

INSTANTIATE_TEST_SUITE_P(
    , MisbehavingReader,
    ::testing::Values(Crime{"crash", Reason::kCorrupt, "crashed its reader"},
                      Crime{"abort", Reason::kCorrupt, "crashed its reader"},
                      Crime{"stack", Reason::kCorrupt, "crashed its reader"},
                      Crime{"exit", Reason::kCorrupt, "exit status 7"}, Crime{"garbage", Reason::kCorrupt, "no frame"},
                      Crime{"lie", Reason::kCorrupt, "cover the text"}, Crime{"socket", Reason::kCorrupt, "forbidden"},
                      Crime{"exec", Reason::kCorrupt, "forbidden"}, Crime{"write", Reason::kCorrupt, "forbidden"}),
    [](const auto& info) { return std::string(info.param.command); });

TEST_F(ReaderPoolTest, AHangIsKilledAtTheWallLimit) {
  auto pool = Open();
  auto document = Misbehave(*pool, "hang", {.wall = std::chrono::milliseconds(300)});
  ASSERT_FALSE(document);
  EXPECT_EQ(ReasonOf(document.error()), Reason::kResourceLimit);
  EXPECT_THAT(document.error().message, HasSubstr("longer than 0.3 s"));
  ExpectAlive(*pool);
  EXPECT_EQ(pool->processes_started(), 2);
}

TEST_F(ReaderPoolTest, AReaderThatGetsOnHasTheWallLimitAnew) {
  auto pool = Open();
  // Four pieces of half a second each.
  auto document = Misbehave(*pool, "crawl", {.wall = std::chrono::milliseconds(1900)});
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_EQ(document->text, "still here");
}

TEST_F(ReaderPoolTest, AReaderThatOnlyPretendsToGetOnIsKilled) {
  auto pool = Open();
  ReadOptions options;
  options.limits.wall = std::chrono::milliseconds(1000);
  options.ocr.pages_max = 2;
  auto document = pool->Read(dir_.Write("pretend.debug", "pretend"), options);
  ASSERT_FALSE(document);
  EXPECT_EQ(ReasonOf(document.error()), Reason::kResourceLimit);
  ExpectAlive(*pool);
}

TEST_F(ReaderPoolTest, AnAnswerBeyondTheLimitIsRefused) {
  auto pool = Open();
  auto document = Misbehave(*pool, "flood", {.text_bytes_max = 1 << 20});
  ASSERT_FALSE(document);
  EXPECT_EQ(ReasonOf(document.error()), Reason::kResourceLimit);
  ExpectAlive(*pool);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(ReaderPoolTest, AMemoryBombMeetsItsLimit) {
  auto pool = Open({.memory_bytes = uint64_t{512} << 20});
  auto document = Misbehave(*pool, "memory");
  ASSERT_FALSE(document);
  EXPECT_EQ(ReasonOf(document.error()), Reason::kResourceLimit) << document.error().ToString();
  ExpectAlive(*pool);
}
#endif

TEST_F(ReaderPoolTest, FilesThatAreNoDocumentsAreNamed) {
  auto pool = Open();
  auto missing = pool->Read(dir_ / "missing.pdf");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(ReasonOf(missing.error()), std::nullopt);
  auto folder = pool->Read(dir_.path());
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().ToString(), HasSubstr("a folder"));
  ASSERT_EQ(::mkfifo((dir_ / "pipe.txt").c_str(), 0600), 0);
  auto pipe = pool->Read(dir_ / "pipe.txt");
  ASSERT_FALSE(pipe);
  EXPECT_THAT(pipe.error().ToString(), HasSubstr("a pipe"));
  auto empty = pool->Read(dir_.Write("empty.pdf", ""));
  ASSERT_FALSE(empty);
  EXPECT_EQ(ReasonOf(empty.error()), Reason::kEmptyFile);
  auto blank = pool->Read(dir_.Write("blank.txt", " \n\t\n"));
  ASSERT_FALSE(blank);
  EXPECT_EQ(ReasonOf(blank.error()), Reason::kNoText);
  auto rubbish = pool->Read(dir_.Write("rubbish.pdf", "this is no PDF at all"));
  ASSERT_FALSE(rubbish);
  EXPECT_EQ(ReasonOf(rubbish.error()), Reason::kCorrupt) << rubbish.error().ToString();
  auto large = pool->Read(dir_.Write("large.txt", "12345678"), {.limits = {.file_bytes_max = 4}});
  ASSERT_FALSE(large);
  EXPECT_EQ(ReasonOf(large.error()), Reason::kResourceLimit);
  EXPECT_LE(pool->processes_started(), 1);
}

TEST_F(ReaderPoolTest, ManyThreadsShareFewProcesses) {
  auto pool = Open({.readers = 2});
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    const auto path = dir_.Write(fmt::format("{}.txt", t), fmt::format("text {}", t));
    threads.emplace_back([&pool, &good, path, t] {
      for (int i = 0; i < 25; ++i) {
        auto document = pool->Read(path);
        if (document && document->text == fmt::format("text {}", t)) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 200);
  EXPECT_LE(pool->processes_started(), 2);
}

TEST_F(ReaderPoolTest, AProcessIsReplacedAfterItsShareOfDocuments) {
  auto pool = Open({.documents_per_process = 2});
  for (int i = 0; i < 5; ++i) ExpectAlive(*pool);
  EXPECT_EQ(pool->processes_started(), 3);
}

TEST_F(ReaderPoolTest, DebugCommandsAreTextWithoutTheFlag) {
  auto pool = ReaderPool::Open({.readers = 1, .program = std::string(YAKAN_BIN_DIR) + "/yakan-reader"});
  ASSERT_TRUE(pool);
  auto document = (*pool)->Read(dir_.Write("crash.debug", "crash"));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text, "crash");
}

TEST(ReaderPoolOpenTest, AMissingReaderProgramIsNamedWithTheWayOut) {
  auto pool = ReaderPool::Open({.program = "/nowhere/yakan-reader"});
  ASSERT_FALSE(pool);
  EXPECT_EQ(pool.error().code, Code::kNotFound);
  EXPECT_THAT(pool.error().message, HasSubstr("/nowhere/yakan-reader"));
  EXPECT_THAT(pool.error().message, HasSubstr("YAKAN_READER"));
}

}  // namespace
}  // namespace yk::reader
