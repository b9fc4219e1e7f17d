// SPDX-License-Identifier: Apache-2.0
#include "sqlite/writer.h"

#include <pthread.h>
#include <sqlite3.h>

#include "base/log.h"

namespace yk::sqlite {
namespace {

/// Calls in one transaction at most: bounds how long the first one waits.
constexpr size_t kBatchOpsMax = 512;
/// Log pages (4 KB) after which a quiet moment is used to empty the log, and after which it is emptied regardless.
/// A longer log means fewer writes of the same page to the database; 64 MB is what a crash may leave to be replayed.
constexpr int kQuietPages = 4 << 10;
constexpr int kForcedPages = 16 << 10;
/// A transaction that only gave out leases waits this long for a call that needs the disk, and shares its fsync.
constexpr std::chrono::milliseconds kLeasesWait(5);
/// A hook with more work than this at the end keeps it for the next start.
constexpr int kClosingBatchesMax = 1000;

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, BatchHook& hook) : db_(std::move(db)), hook_(hook) {
  thread_ = std::jthread([this] {
    pthread_setname_np(pthread_self(), "yk-store-writer");
    Loop();
  });
}

Writer::~Writer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
  db_->reset_wal_pages();
  sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

Result<void> Writer::Run(Body body, Reply reply) {
  Op op{.body = std::move(body), .reply = reply};
  {
    MutexLock lock(mutex_);
    queue_.push_back(&op);
    wake_.notify_one();
    while (!op.done) op.ready.wait(mutex_);
  }
  return std::move(op.outcome);
}

void Writer::Settle() {
  MutexLock lock(mutex_);
  while (unsettled_ > 0) {
    nudged_ = true;
    wake_.notify_one();
    settled_.wait(mutex_);
  }
}

bool Writer::WaitForCompany(std::chrono::steady_clock::time_point until) {
  MutexLock lock(mutex_);
  while (queue_.empty() && !nudged_ && !stopping_) {
    if (wake_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  }
  return !queue_.empty();
}

void Writer::Nudge() {
  MutexLock lock(mutex_);
  nudged_ = true;
  wake_.notify_one();
}

void Writer::Loop() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !nudged_ && !stopping_) wake_.wait(mutex_);
      nudged_ = false;
      if (queue_.empty() && stopping_) break;
    }
    RunBatch(false);
  }
  for (int i = 0; i < kClosingBatchesMax && hook_.HasWork() && RunBatch(true); ++i) {
  }
}

bool Writer::TakeWaiting(Batch& batch) {
  MutexLock lock(mutex_);
  if (queue_.empty() || batch.size() >= kBatchOpsMax) return false;
  batch.insert(batch.end(), queue_.begin(), queue_.end());
  queue_.clear();
  return true;
}

bool Writer::RunBatch(bool closing) {
  Batch batch;
  Result<void> outcome = db_->Exec("BEGIN IMMEDIATE");
  size_t next = 0;
  bool awaited = false;  // somebody waits for the commit
  const auto leases_wait_until = std::chrono::steady_clock::now() + kLeasesWait;
  // Calls that arrive while others run join the same transaction.
  while (TakeWaiting(batch) ||
         (!awaited && !batch.empty() && WaitForCompany(leases_wait_until) && TakeWaiting(batch))) {
    for (; next < batch.size() && outcome; ++next) {
      Execute(*batch[next]);
      // A full disk makes SQLite roll the whole transaction back, not just the statement.
      if (!db_->in_transaction()) outcome = Fail(batch[next]->outcome.error());
      if (AnsweredAtOnce(*batch[next])) {
        batch[next] = nullptr;  // it belongs to its caller's stack again
      } else {
        awaited = true;
      }
    }
    if (!outcome) break;
  }
  if (outcome) outcome = CommitBatch(closing);
  if (db_->in_transaction()) (void)sqlite3_exec(db_->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
  if (outcome) {
    hook_.AfterCommit();
  } else {
    hook_.AfterRollback();
  }
  Complete(batch, outcome);
  bool quiet = false;
  {
    MutexLock lock(mutex_);
    quiet = queue_.empty();
  }
  Checkpoint(quiet);
  return outcome.has_value();
}

void Writer::Execute(Op& op) {
  op.outcome = db_->Exec("SAVEPOINT op");
  if (op.outcome) op.outcome = op.body(*db_);
  if (db_->in_transaction()) {
    if (!op.outcome) (void)sqlite3_exec(db_->raw(), "ROLLBACK TO op", nullptr, nullptr, nullptr);
    (void)sqlite3_exec(db_->raw(), "RELEASE op", nullptr, nullptr, nullptr);
  } else if (op.outcome) {
    op.outcome = Fail(Code::kInternal, "a transaction on {} ended early", db_->path().string());
  }
}

bool Writer::AnsweredAtOnce(Op& op) {
  if (op.reply != Reply::kAtOnce || !op.outcome) return false;
  MutexLock lock(mutex_);
  ++unsettled_;
  op.done = true;
  op.ready.notify_one();
  return true;
}

Result<void> Writer::CommitBatch(bool closing) {
  YK_TRY_VOID(hook_.BeforeCommit(*db_, closing));
  return db_->Exec("COMMIT");
}

WriterCounters Writer::counters() const {
  MutexLock lock(mutex_);
  return counters_;
}

void Writer::Complete(Batch& batch, const Result<void>& commit) {
  MutexLock lock(mutex_);
  counters_.calls += static_cast<int64_t>(batch.size());
  counters_.commits += commit ? 1 : 0;
  for (Op* op : batch) {
    if (op == nullptr) continue;
    if (!commit && op->outcome) op->outcome = Fail(commit.error());
    op->done = true;
    op->ready.notify_one();
  }
  unsettled_ = 0;
  settled_.notify_all();
}

void Writer::Checkpoint(bool quiet) {
  const int pages = db_->wal_pages();
  if (pages < kQuietPages || (!quiet && pages < kForcedPages)) return;
  const int rc = sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (rc != SQLITE_OK) log::Warn("{}", db_->ErrorOf(rc).ToString());
  db_->reset_wal_pages();
  MutexLock lock(mutex_);
  ++counters_.checkpoints;
}

}  // namespace yk::sqlite
