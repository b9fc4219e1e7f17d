// SPDX-License-Identifier: Apache-2.0
#include "sqlite/sqlite_store.h"

#include <unistd.h>

#include "base/log.h"
#include "sqlite/chunks.h"
#include "sqlite/jobs.h"
#include "sqlite/ledger.h"
#include "sqlite/results.h"
#include "sqlite/schema.h"

namespace yk::sqlite {

namespace fs = std::filesystem;
using store::JobId;

namespace {

/// Page cache of the writing connection: holds the hot pages of an import beside a running job.
constexpr int kWriterCacheKb = 16 << 10;
constexpr int kReaderCacheKb = 2 << 10;

/// How a connection that only reads can open the file. A reader of a store in use shares the owner's log files and
/// needs to write beside the database; on a read-only disk there can be no owner, and the file cannot change.
Result<OpenMode> ReaderMode(const fs::path& path) {
  std::error_code ec;
  if (!fs::exists(path, ec)) {
    return Fail(Code::kNotFound, "there is no store {}: run a job first, or name the store with --store",
                path.string());
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (::access(folder.c_str(), W_OK) == 0 && ::access(path.c_str(), W_OK) == 0) return OpenMode::kQueryOnly;
  const fs::path log = path.string() + "-wal";
  if (fs::exists(log, ec) && fs::file_size(log, ec) > 0) {
    return Fail(Code::kUnauthorized,
                "the store {} was not closed in order and its folder is read-only: make the folder "
                "writable, or copy {} and {} elsewhere and read the copy",
                path.string(), path.string(), log.string());
  }
  return OpenMode::kImmutable;
}

Failure ReadOnlyAccess(const fs::path& path) {
  return Fail(Code::kUnauthorized, "the store {} was opened for reading only", path.string());
}

}  // namespace

SqliteStore::SqliteStore(const fs::path& path, const Clock& clock, const Options& options, OpenMode readers)
    : path_(path),
      clock_(clock),
      options_(options),
      answers_(clock, options.answer_keys_unindexed),
      readers_(path, {.mode = readers, .cache_kb = kReaderCacheKb, .vfs = options.vfs}) {}

SqliteStore::~SqliteStore() {
  // The last connection to close removes the log files, and only the writer's may do so.
  readers_.Close();
  writer_.reset();
}

bool SqliteStore::IsOlder(const fs::path& path) {
  const auto mode = ReaderMode(path);
  if (!mode) return false;
  const auto db = Connection::Open(path, {.mode = *mode, .cache_kb = kReaderCacheKb});
  const auto version = db ? CheckStoreFile(**db) : Result<int>(Fail(db.error()));
  return version && *version > 0 && *version < static_cast<int>(KnownMigrations().size());
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::Open(const fs::path& path, const Clock& clock, Options options) {
  if (options.access == Access::kOwner) {
    std::unique_ptr<SqliteStore> store(new SqliteStore(path, clock, options, OpenMode::kQueryOnly));
    YK_TRY_VOID(store->StartOwner());
    return store;
  }
  YK_TRY(const OpenMode mode, ReaderMode(path));
  std::unique_ptr<SqliteStore> store(new SqliteStore(path, clock, options, mode));
  YK_TRY(const int version, store->readers_.Read([](Connection& db) { return CheckStoreFile(db); }));
  if (version == 0) return Fail(Code::kNotFound, "the store {} is empty: run a job first", path.string());
  if (version != static_cast<int>(KnownMigrations().size())) {
    return Fail(Code::kConflict,
                "the store {} has the older schema version {}: run a job once, which brings it to version {}",
                path.string(), version, KnownMigrations().size());
  }
  return store;
}

Result<void> SqliteStore::StartOwner() {
  std::error_code ec;
  if (path_.has_parent_path()) fs::create_directories(path_.parent_path(), ec);
  YK_TRY(OwnerLock lock, OwnerLock::Take(path_));
  lock_ = std::move(lock);
  if (fs::exists(path_, ec) && ::access(path_.c_str(), W_OK) != 0) {
    return Fail(SqliteError(8 /* SQLITE_READONLY */, "", path_));
  }
  YK_TRY(auto db,
         Connection::Open(path_, {.mode = OpenMode::kReadWrite, .cache_kb = kWriterCacheKb, .vfs = options_.vfs}));
  YK_TRY(const int version, CheckStoreFile(*db));
  // Only once it is known to be ours: these pragmas write to the file.
  if (version == 0) YK_TRY_VOID(db->Exec("PRAGMA page_size=4096;"));
  YK_TRY_VOID(db->Exec("PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864;"));
  YK_TRY_VOID(Migrate(*db, clock_));
  YK_TRY_VOID(answers_.LoadTail(*db));
  writer_ = std::make_unique<Writer>(std::move(db), answers_);
  return writer_->Run([](Connection& writing) -> Result<void> {
    YK_TRY_VOID(EndSnoozes(writing));
    YK_TRY(const store::RescueReport report, RescueAll(writing));
    if (report.leases_returned > 0) log::Info("{} leases of an earlier process were returned", report.leases_returned);
    return {};
  });
}

template <typename F>
auto SqliteStore::Write(F body, Writer::Reply reply) -> decltype(body(std::declval<Connection&>())) {
  if (writer_ == nullptr) return ReadOnlyAccess(path_);
  return writer_->Call(body, reply);
}

template <typename F>
auto SqliteStore::ReadSettled(F body) -> decltype(body(std::declval<Connection&>())) {
  if (writer_ != nullptr) writer_->Settle();
  return readers_.Read(body);
}

Result<store::JobRecord> SqliteStore::Create(const store::NewJob& job) {
  return Write([&](Connection& db) { return CreateJob(db, job, TimesOf(clock_)); });
}

Result<void> SqliteStore::Enqueue(const store::Rows& rows) {
  if (writer_ == nullptr) return ReadOnlyAccess(path_);
  return writer_->Run([&](Connection& db) { return EnqueueRows(db, rows); });
}

Result<std::vector<store::LeasedChunk>> SqliteStore::Claim(const store::ClaimRequest& request) {
  return Write([&](Connection& db) { return ClaimChunks(db, request, TimesOf(clock_)); }, Writer::Reply::kAtOnce);
}

Result<std::vector<bool>> SqliteStore::Extend(std::span<const std::pair<store::ChunkKey, store::LeaseId>> leases,
                                              std::chrono::milliseconds lease) {
  return Write([&](Connection& db) { return ExtendLeases(db, leases, TimesOf(clock_).lease_ms + lease.count()); });
}

Result<std::vector<store::CommitOutcome>> SqliteStore::Commit(std::span<const store::ChunkCommit> commits) {
  return Write([&](Connection& db) { return CommitChunks(db, commits, TimesOf(clock_)); });
}

Result<void> SqliteStore::Return(const store::ChunkKey& key, store::LeaseId lease, store::GiveBack why,
                                 std::chrono::milliseconds delay, const Error* error) {
  if (writer_ == nullptr) return ReadOnlyAccess(path_);
  return writer_->Run([&](Connection& db) {
    const int64_t ready_at = delay.count() > 0 ? TimesOf(clock_).lease_ms + delay.count() : 0;
    return ReturnChunk(db, {key, lease, why, ready_at, error});
  });
}

Result<bool> SqliteStore::Finish(JobId job) {
  return Write([&](Connection& db) { return FinishJob(db, job, TimesOf(clock_)); });
}

Result<store::JobRecord> SqliteStore::Act(JobId job, store::Control control) {
  return Write([&](Connection& db) { return ActOnJob(db, job, control, TimesOf(clock_)); });
}

Result<store::RescueReport> SqliteStore::Rescue(bool process_restarted) {
  return Write([&](Connection& db) { return process_restarted ? RescueAll(db) : RescueExpired(db, TimesOf(clock_)); });
}

Result<store::JobRecord> SqliteStore::Get(JobId job) {
  return ReadSettled([&](Connection& db) { return LoadJob(db, job); });
}

Result<std::vector<store::JobRecord>> SqliteStore::List(const store::JobFilter& filter) {
  return ReadSettled([&](Connection& db) { return ListJobs(db, filter); });
}

Result<std::vector<store::Ledger>> SqliteStore::Count(JobId job) {
  return ReadSettled([&](Connection& db) { return CountStages(db, job); });
}

Result<std::vector<store::RowResult>> SqliteStore::Read(JobId job, int stage, int64_t from, int64_t max) {
  return ReadSettled([&](Connection& db) { return ReadResults(db, {job, stage, from, max}); });
}

Result<std::vector<store::RowResult>> SqliteStore::Scan(JobId job, int stage, int64_t from, int64_t max,
                                                        bool errors_only) {
  return ReadSettled([&](Connection& db) { return ScanResults(db, {job, stage, from, max}, errors_only); });
}

Result<std::string> SqliteStore::Input(JobId job, int stage, int64_t row_id) {
  return ReadSettled([&](Connection& db) { return ReadInput(db, job, stage, row_id); });
}

Result<void> SqliteStore::SaveCursor(JobId job, const std::string& sink, const store::DeliveryCursor& cursor) {
  if (writer_ == nullptr) return ReadOnlyAccess(path_);
  return writer_->Run([&](Connection& db) { return WriteCursor(db, job, sink, cursor); });
}

Result<std::optional<store::DeliveryCursor>> SqliteStore::LoadCursor(JobId job, const std::string& sink) {
  return ReadSettled([&](Connection& db) { return ReadCursor(db, job, sink); });
}

Result<std::vector<std::optional<store::StoredAnswer>>> SqliteStore::Get(std::span<const store::AnswerKey> keys) {
  bool touched = false;
  auto found = readers_.Read([&](Connection& db) -> Result<std::vector<std::optional<store::StoredAnswer>>> {
    if (writer_ == nullptr) YK_TRY_VOID(answers_.LoadTail(db));
    return answers_.Get(db, keys, touched);
  });
  if (touched && writer_ != nullptr) writer_->Nudge();
  return found;
}

Result<void> SqliteStore::Put(std::span<const store::StoredAnswer> answers) {
  if (writer_ == nullptr) return ReadOnlyAccess(path_);
  return writer_->Run([&](Connection& db) { return answers_.Put(db, answers); });
}

Result<int64_t> SqliteStore::Evict(int64_t bytes_max, WallTime keep_since) {
  int64_t total = 0;
  while (true) {
    // In slices, so that a large eviction does not hold up the jobs that write beside it.
    YK_TRY(const int64_t gone, Write([&](Connection& db) { return answers_.EvictSlice(db, bytes_max, keep_since); }));
    if (gone == 0) return total;
    total += gone;
  }
}

Result<store::AnswerStats> SqliteStore::Stats() {
  return readers_.Read([](Connection& db) -> Result<store::AnswerStats> {
    Query q(db, "SELECT answers, bytes FROM answer_totals");
    YK_TRY(const bool row, q.Step());
    return row ? store::AnswerStats{q.Int(0), q.Int(1)} : store::AnswerStats{};
  });
}

Result<void> SqliteStore::Verify() {
  return ReadSettled([&](Connection& db) -> Result<void> {
    Query check(db, "PRAGMA quick_check(1)");
    YK_TRY(const bool row, check.Step());
    if (!row || check.View(0) != "ok") {
      return Fail(SqliteError(11 /* SQLITE_CORRUPT */, row ? check.Text(0).c_str() : "no answer", path_));
    }
    std::vector<JobId> jobs;
    {
      Query q(db, "SELECT id FROM jobs");
      while (true) {
        YK_TRY(const bool more, q.Step());
        if (!more) break;
        jobs.push_back(JobId{q.Int(0)});
      }
    }
    for (const JobId job : jobs) YK_TRY_VOID(VerifyJob(db, job));
    return {};
  });
}

}  // namespace yk::sqlite
