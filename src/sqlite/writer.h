// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "sqlite/connection.h"

namespace yk::sqlite {

/// What else goes into the writer's transactions. Called on the writer thread.
class BatchHook {
 public:
  virtual ~BatchHook() = default;
  /// `closing`: the writer ends, so what was put off is due.
  virtual Result<void> BeforeCommit(Connection& db, bool closing) = 0;
  virtual void AfterCommit() = 0;
  virtual void AfterRollback() = 0;
  virtual bool HasWork() const = 0;  ///< something is put off
};

struct WriterCounters {
  int64_t calls = 0;        ///< calls that ran
  int64_t commits = 0;      ///< transactions, one fsync each
  int64_t checkpoints = 0;  ///< times the log was emptied into the database
};

/// The one connection that writes, on its own thread. Calls of all threads that wait at the same time share one
/// transaction and so one fsync (group commit); each runs in its own savepoint, so one that fails spoils no other.
/// The queue is bounded by the number of calling threads, because each waits for its call.
class Writer {
 public:
  using Body = std::function<Result<void>(Connection&)>;
  enum class Reply {
    kDurable,  ///< after the commit
    kAtOnce,   ///< as soon as it ran: for leases, which are worthless but harmless if the commit then fails
  };

  Writer(std::unique_ptr<Connection> db, BatchHook& hook);
  /// Runs what waits, empties the log into the database, ends the thread.
  ~Writer();

  /// Runs `body` inside a transaction. When the transaction itself fails (disk full), every call in it fails.
  Result<void> Run(Body body, Reply reply = Reply::kDurable);

  /// The same for bodies that return a value.
  template <typename F>
  auto Call(F body, Reply reply = Reply::kDurable) -> decltype(body(std::declval<Connection&>())) {
    using R = decltype(body(std::declval<Connection&>()));
    std::optional<typename R::value_type> value;
    YK_TRY_VOID(Run(
        [&](Connection& db) -> Result<void> {
          YK_TRY(value, body(db));
          return {};
        },
        reply));
    return std::move(*value);
  }

  /// Waits until everything already answered is committed, so that other connections see it.
  void Settle();
  /// Asks for a transaction although nobody waits for one: the hook has work.
  void Nudge();
  WriterCounters counters() const;

 private:
  struct Op {
    Body body;
    Reply reply;
    Result<void> outcome{};
    bool done = false;
    CondVar ready{};
  };
  using Batch = std::vector<Op*>;

  void Loop();
  bool TakeWaiting(Batch& batch);
  bool WaitForCompany(std::chrono::steady_clock::time_point until);
  bool RunBatch(bool closing);
  void Execute(Op& op);
  bool AnsweredAtOnce(Op& op);
  Result<void> CommitBatch(bool closing);
  void Complete(Batch& batch, const Result<void>& commit);
  void Checkpoint(bool quiet);

  std::unique_ptr<Connection> db_;
  BatchHook& hook_;
  mutable Mutex mutex_;
  CondVar wake_;
  CondVar settled_;
  std::deque<Op*> queue_ YK_GUARDED_BY(mutex_);
  WriterCounters counters_ YK_GUARDED_BY(mutex_);
  int unsettled_ YK_GUARDED_BY(mutex_) = 0;
  bool nudged_ YK_GUARDED_BY(mutex_) = false;
  bool stopping_ YK_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace yk::sqlite
