// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sqlite/answers.h"
#include "sqlite/owner_lock.h"
#include "sqlite/reader_pool.h"
#include "sqlite/writer.h"
#include "store/answer_store.h"
#include "store/job_store.h"
#include "store/result_log.h"

namespace yk::sqlite {

enum class Access {
  kOwner,     ///< reads and writes; one process at a time
  kReadOnly,  ///< reads beside an owner or without one; every change is kUnauthorized
};

/// The three store seams in one SQLite file. Writes of all threads go through one connection with group commit and
/// are fsynced when they return; reads run beside them on connections of their own.
class SqliteStore final : public store::JobStore, public store::ResultLog, public store::AnswerStore {
 public:
  struct Options {
    Access access = Access::kOwner;
    std::string vfs{};                       ///< of SQLite; for tests that break the disk
    size_t answer_keys_unindexed = 2 << 16;  ///< see Answers; small in tests
  };

  /// As owner: takes the lock, creates or migrates the file, and returns every lease of earlier processes, because
  /// whoever holds the lock knows them dead. Errors are sentences for users: kConflict (in use, of a newer version, of
  /// another program), kCorrupt, kUnauthorized (read-only), kNotFound (read-only access to no file), kExhausted.
  static Result<std::unique_ptr<SqliteStore>> Open(const std::filesystem::path& path, const Clock& clock,
                                                   Options options);
  static Result<std::unique_ptr<SqliteStore>> Open(const std::filesystem::path& path, const Clock& clock) {
    return Open(path, clock, Options());
  }
  ~SqliteStore() override;

  /// Whether the file is a sound store of an older version, which opening it as owner brings up to date.
  static bool IsOlder(const std::filesystem::path& path);

  Result<store::JobRecord> Create(const store::NewJob& job) override;
  Result<void> Enqueue(const store::Rows& rows) override;
  Result<std::vector<store::LeasedChunk>> Claim(const store::ClaimRequest& request) override;
  Result<std::vector<bool>> Extend(std::span<const std::pair<store::ChunkKey, store::LeaseId>> leases,
                                   std::chrono::milliseconds lease) override;
  Result<std::vector<store::CommitOutcome>> Commit(std::span<const store::ChunkCommit> commits) override;
  Result<void> Return(const store::ChunkKey& key, store::LeaseId lease, store::GiveBack why,
                      std::chrono::milliseconds delay, const Error* error) override;
  Result<bool> Finish(store::JobId job) override;
  Result<store::JobRecord> Act(store::JobId job, store::Control control) override;
  Result<store::RescueReport> Rescue(bool process_restarted) override;
  Result<store::JobRecord> Get(store::JobId job) override;
  Result<std::vector<store::JobRecord>> List(const store::JobFilter& filter) override;
  Result<std::vector<store::Ledger>> Count(store::JobId job) override;

  Result<std::vector<store::RowResult>> Read(store::JobId job, int stage, int64_t from, int64_t max) override;
  Result<std::vector<store::RowResult>> Scan(store::JobId job, int stage, int64_t from, int64_t max,
                                             bool errors_only) override;
  Result<std::string> Input(store::JobId job, int stage, int64_t row_id) override;
  Result<void> SaveCursor(store::JobId job, const std::string& sink, const store::DeliveryCursor& cursor) override;
  Result<std::optional<store::DeliveryCursor>> LoadCursor(store::JobId job, const std::string& sink) override;

  Result<std::vector<std::optional<store::StoredAnswer>>> Get(std::span<const store::AnswerKey> keys) override;
  Result<void> Put(std::span<const store::StoredAnswer> answers) override;
  Result<int64_t> Evict(int64_t bytes_max, WallTime keep_since) override;
  Result<store::AnswerStats> Stats() override;

  /// The full check of `yakan doctor`: every page of the file, every row of every job against its ledger.
  Result<void> Verify();
  /// What the writer did since Open; zeros with read-only access.
  WriterCounters counters() const { return writer_ == nullptr ? WriterCounters{} : writer_->counters(); }

 private:
  SqliteStore(const std::filesystem::path& path, const Clock& clock, const Options& options, OpenMode readers);
  Result<void> StartOwner();
  template <typename F>
  auto Write(F body, Writer::Reply reply = Writer::Reply::kDurable) -> decltype(body(std::declval<Connection&>()));
  template <typename F>
  auto ReadSettled(F body) -> decltype(body(std::declval<Connection&>()));

  const std::filesystem::path path_;
  const Clock& clock_;
  const Options options_;
  std::optional<OwnerLock> lock_;
  Answers answers_;
  ReaderPool readers_;
  std::unique_ptr<Writer> writer_;  ///< empty with read-only access
};

}  // namespace yk::sqlite
