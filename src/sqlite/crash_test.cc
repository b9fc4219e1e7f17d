// SPDX-License-Identifier: Apache-2.0
// A process that dies at any point, or a disk that fails at any write, loses nothing and doubles nothing.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "sqlite/fault_vfs.h"
#include "sqlite/sqlite_store.h"
#include "testing/fake_clock.h"
#include "testing/store_worker.h"
#include "testing/temp_dir.h"

namespace yk::sqlite {
namespace {

using testing::FaultyStore;
using testing::StoreWorker;

constexpr int64_t kRows = 12;

/// What the worker did, in memory shared with the process that dies.
struct Record {
  int asked_after_journaled[kRows];
  int journaled[kRows];
  int delivered[kRows];
  int wrong[kRows];
};

class CrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    void* memory = ::mmap(nullptr, sizeof(Record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    record_ = new (memory) Record{};
  }
  void TearDown() override { ::munmap(record_, sizeof(Record)); }

  StoreWorker Worker(FaultyStore::Inner store) {
    StoreWorker worker{.store = store, .rows = kRows, .chunk_rows = 4};
    worker.on_ask = [this](int64_t row) { record_->asked_after_journaled[row] += record_->journaled[row]; };
    worker.on_journaled = [this](int64_t row) { record_->journaled[row] = 1; };
    worker.on_deliver = [this](int64_t row, const std::string& output) {
      ++record_->delivered[row];
      record_->wrong[row] += output == "out of in " + std::to_string(row) ? 0 : 1;
    };
    return worker;
  }

  /// Runs the job in a child process; returns its exit status: 0 done, 1 an error, else killed on purpose.
  template <typename F>
  int InChild(F run) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(run() ? 0 : 1);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    return WEXITSTATUS(status);
  }

  /// A process that dies leaves its writes in the kernel, synced or not, so these tests need not wait for syncs.
  Result<std::unique_ptr<SqliteStore>> OpenOn(FaultVfs& disk, const std::filesystem::path& db) {
    disk.SkipSyncs();
    return SqliteStore::Open(db, clock_, {.access = Access::kOwner, .vfs = disk.name()});
  }

  bool RunBroken(const std::filesystem::path& db, FaultyStore::Plan plan) {
    FaultVfs disk("worker");
    auto store = OpenOn(disk, db);
    if (!store) return false;
    FaultyStore broken({**store, **store, **store}, plan);
    return Worker({broken, broken, broken}).Run().has_value();
  }

  /// Opens the store after the crash, finishes the job, and compares every row with what it must be.
  void FinishAndCheck(const std::filesystem::path& db, const std::string& where) {
    FaultVfs disk("heir");
    auto store = OpenOn(disk, db);
    ASSERT_TRUE(store) << store.error().ToString() << where;
    const auto job = Worker({**store, **store, **store}).Run();
    ASSERT_TRUE(job) << job.error().ToString() << where;
    const auto ledger = (*store)->Count(*job).value()[0];
    EXPECT_EQ(ledger.rows, kRows) << where;
    EXPECT_EQ(ledger.ok, kRows) << where;
    const auto results = (*store)->Read(*job, 0, 0, 100).value();
    ASSERT_EQ(results.size(), static_cast<size_t>(kRows)) << where;
    for (int64_t row = 0; row < kRows; ++row) {
      EXPECT_EQ(results[static_cast<size_t>(row)].output, "out of in " + std::to_string(row)) << where;
      EXPECT_GE(record_->delivered[row], 1) << "row " << row << where;
      EXPECT_EQ(record_->wrong[row], 0) << "row " << row << where;
      EXPECT_EQ(record_->asked_after_journaled[row], 0) << "row " << row << " was paid twice" << where;
    }
    EXPECT_EQ((*store)->Stats().value().answers, kRows) << where;
    const auto verified = (*store)->Verify();
    EXPECT_TRUE(verified) << verified.error().ToString() << where;
  }

  testing::FakeClock clock_;
  Record* record_ = nullptr;
};

TEST_F(CrashTest, AProcessThatEndsAtAnyCallLosesAndDoublesNothing) {
  for (const auto fault : {FaultyStore::Fault::kExitBefore, FaultyStore::Fault::kExitAfter}) {
    int status = FaultyStore::kExitStatus;
    for (int64_t n = 1; status != 0; ++n) {
      const testing::TempDir folder;
      *record_ = {};
      status = InChild([&] { return RunBroken(folder / "yakan.db", {.fault = fault, .at = n}); });
      ASSERT_TRUE(status == 0 || status == FaultyStore::kExitStatus) << "call " << n << " status " << status;
      FinishAndCheck(folder / "yakan.db", " (call " + std::to_string(n) + ")");
    }
  }
}

TEST_F(CrashTest, AProcessThatEndsInTheMiddleOfAnyWriteLosesAndDoublesNothing) {
  for (const auto fault : {FaultVfs::Fault::kExit, FaultVfs::Fault::kTornExit}) {
    int status = FaultVfs::kExitStatus;
    // Every 7th write: with both faults and the pages of a commit in a row, each kind of page is met many times.
    for (int64_t n = 1; status != 0; n += 7) {
      const testing::TempDir folder;
      *record_ = {};
      status = InChild([&] {
        FaultVfs disk("exit-at-write");
        disk.BreakAt(fault, n);
        auto store = OpenOn(disk, folder / "yakan.db");
        return store && Worker({**store, **store, **store}).Run().has_value();
      });
      ASSERT_TRUE(status == 0 || status == FaultVfs::kExitStatus) << "write " << n << " status " << status;
      FinishAndCheck(folder / "yakan.db", " (write " + std::to_string(n) + ")");
    }
  }
}

TEST_F(CrashTest, ADiskThatFillsUpAtAnyWriteIsReportedAndTheStoreGoesOnWhenThereIsSpace) {
  for (const auto fault : {FaultVfs::Fault::kFull, FaultVfs::Fault::kIoError}) {
    bool reached = true;
    for (int64_t n = 1; reached; n += 5) {
      const testing::TempDir folder;
      *record_ = {};
      FaultVfs disk("full-disk");
      auto opened = OpenOn(disk, folder / "yakan.db");
      ASSERT_TRUE(opened) << opened.error().ToString();
      auto& store = **opened;
      disk.BreakAt(fault, n);
      const auto first = Worker({store, store, store}).Run();
      reached = !first;
      if (!first) {
        EXPECT_EQ(first.error().code, Code::kExhausted) << first.error().ToString();
        EXPECT_NE(first.error().message.find("yakan.db"), std::string::npos);
        EXPECT_NE(first.error().message.find("free some space"), std::string::npos) << first.error().message;
      }
      disk.Heal();
      const auto job = Worker({store, store, store}).Run();
      ASSERT_TRUE(job) << job.error().ToString() << " (write " << n << ")";
      EXPECT_EQ(store.Count(*job).value()[0].ok, kRows);
      EXPECT_EQ(store.Stats().value().answers, kRows);
      for (int64_t row = 0; row < kRows; ++row) EXPECT_EQ(record_->asked_after_journaled[row], 0) << "write " << n;
      const auto verified = store.Verify();
      EXPECT_TRUE(verified) << verified.error().ToString() << " (write " << n << ")";
    }
  }
}

}  // namespace
}  // namespace yk::sqlite
