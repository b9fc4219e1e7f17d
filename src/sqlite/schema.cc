// SPDX-License-Identifier: Apache-2.0
#include "sqlite/schema.h"

#include <filesystem>

#include "sqlite/backup.h"

namespace yk::sqlite {
namespace {

/// PRAGMA application_id of a store: "YKN1".
constexpr int64_t kApplicationId = 0x594b4e31;
/// Files up to this size are checked page by page when they are opened (about 20 ms); larger ones report damage when
/// a query meets it, and `yakan doctor` checks them in full.
constexpr int64_t kCheckBytesMax = 16 << 20;

// Rows live in WITHOUT ROWID tables in key order, because they are written and read in row order. Answers have random
// keys: they are appended to a rowid table, and their keys reach the index in sorted slices (answers.h).
constexpr const char* kVersion1 = R"sql(
CREATE TABLE jobs(
  id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, idem_key TEXT NOT NULL, kind TEXT NOT NULL,
  spec TEXT NOT NULL, spec_hash TEXT NOT NULL, state INTEGER NOT NULL, pause_requested INTEGER NOT NULL DEFAULT 0,
  stages INTEGER NOT NULL, generation INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE(tenant, idem_key));
CREATE INDEX jobs_by_name ON jobs(tenant, name, id);
CREATE INDEX jobs_open ON jobs(id) WHERE state < 4;

CREATE TABLE stages(
  job_id INTEGER NOT NULL, stage INTEGER NOT NULL,
  cut_to INTEGER NOT NULL DEFAULT 0, next_seq INTEGER NOT NULL DEFAULT 0, chunk_rows INTEGER NOT NULL DEFAULT 64,
  loaded INTEGER NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL DEFAULT 0, ok INTEGER NOT NULL DEFAULT 0, null_by_policy INTEGER NOT NULL DEFAULT 0,
  filtered INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0, leased INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(job_id, stage),
  CONSTRAINT ledger_balance CHECK(
    rows = ok + null_by_policy + filtered + failed + quarantined + pending + leased + cancelled),
  CONSTRAINT ledger_sign CHECK(ok >= 0 AND null_by_policy >= 0 AND filtered >= 0 AND failed >= 0 AND quarantined >= 0
                               AND pending >= 0 AND leased >= 0 AND cancelled >= 0)) WITHOUT ROWID;

CREATE TABLE chunks(
  job_id INTEGER NOT NULL, stage INTEGER NOT NULL, seq INTEGER NOT NULL,
  row_from INTEGER NOT NULL, row_to INTEGER NOT NULL,
  missing INTEGER NOT NULL, retry_generation INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0,
  ready_at INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, one_at_a_time INTEGER NOT NULL DEFAULT 0,
  single_losses INTEGER NOT NULL DEFAULT 0, lease_id INTEGER NOT NULL DEFAULT 0, worker_id INTEGER NOT NULL DEFAULT 0,
  deadline_at INTEGER NOT NULL DEFAULT 0, meta TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(job_id, stage, seq),
  CONSTRAINT ledger_missing CHECK(missing >= 0)) WITHOUT ROWID;
CREATE INDEX chunks_ready ON chunks(job_id, stage, seq, ready_at) WHERE state = 0;
CREATE INDEX chunks_leased ON chunks(job_id, stage, seq) WHERE state = 1;

CREATE TABLE inputs(
  job_id INTEGER NOT NULL, stage INTEGER NOT NULL, row_id INTEGER NOT NULL, payload TEXT NOT NULL,
  PRIMARY KEY(job_id, stage, row_id)) WITHOUT ROWID;

CREATE TABLE results(
  job_id INTEGER NOT NULL, stage INTEGER NOT NULL, row_id INTEGER NOT NULL, status INTEGER NOT NULL,
  generation INTEGER NOT NULL, retry_generation INTEGER NOT NULL DEFAULT 0, output TEXT NOT NULL, meta TEXT NOT NULL,
  PRIMARY KEY(job_id, stage, row_id)) WITHOUT ROWID;
CREATE INDEX results_errors ON results(job_id, stage, row_id, retry_generation) WHERE status >= 3;

CREATE TABLE deliveries(
  job_id INTEGER NOT NULL, sink TEXT NOT NULL, next_row INTEGER NOT NULL, offset INTEGER NOT NULL,
  crc INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY(job_id, sink)) WITHOUT ROWID;

CREATE TABLE answers(
  id INTEGER PRIMARY KEY, k_req BLOB NOT NULL, k_ask BLOB NOT NULL, finish TEXT NOT NULL, tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL, tokens_cached INTEGER NOT NULL, price REAL NOT NULL, created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX answers_by_use ON answers(used_at, id);
CREATE TABLE answer_keys(prefix INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(prefix, id)) WITHOUT ROWID;
CREATE TABLE answer_totals(
  one INTEGER PRIMARY KEY CHECK(one = 1), answers INTEGER NOT NULL, bytes INTEGER NOT NULL,
  indexed_to INTEGER NOT NULL);
INSERT INTO answer_totals VALUES(1, 0, 0, 0);
)sql";

constexpr const char* kVersion2 = R"sql(
ALTER TABLE answers ADD COLUMN doubts TEXT NOT NULL DEFAULT '';
)sql";

constexpr const char* kMigrations[] = {kVersion1, kVersion2};

Result<void> ApplyFrom(Connection& db, int version, const Clock& clock, Migrations known) {
  YK_TRY_VOID(db.Exec("BEGIN EXCLUSIVE"));
  if (version == 0) {
    YK_TRY_VOID(db.Exec(fmt::format("PRAGMA application_id={};", kApplicationId).c_str()));
    YK_TRY_VOID(
        db.Exec("CREATE TABLE schema_version(version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL, "
                "program TEXT NOT NULL)"));
  }
  for (size_t i = static_cast<size_t>(version); i < known.size(); ++i) {
    YK_TRY_VOID(db.Exec(known[i]));
    Query stamp(db, "INSERT INTO schema_version(version, applied_at, program) VALUES(?1, ?2, ?3)");
    YK_TRY_VOID(stamp.Bind(static_cast<int64_t>(i) + 1, ToUnixMs(clock.WallNow()), YAKAN_VERSION).Run());
  }
  return db.Exec("COMMIT");
}

}  // namespace

Migrations KnownMigrations() { return kMigrations; }

Result<int> CheckStoreFile(Connection& db, Migrations known) {
  YK_TRY(const int64_t tables, db.Number("SELECT count(*) FROM sqlite_schema"));
  YK_TRY(const int64_t application, db.Number("PRAGMA application_id"));
  if (tables == 0 && application == 0) return 0;
  if (application != kApplicationId) {
    return Fail(Code::kConflict,
                "{} is a database of another program, not a Yakan store: name another file with --store",
                db.path().string());
  }
  YK_TRY(const int64_t version, db.Number("SELECT coalesce(max(version), 0) FROM schema_version"));
  if (version > static_cast<int64_t>(known.size())) {
    return Fail(Code::kConflict,
                "the store {} has schema version {}; this program ({}) knows versions up to {}: use the "
                "newer program that wrote it, or name another store with --store",
                db.path().string(), version, YAKAN_VERSION, known.size());
  }
  std::error_code ignored;
  if (static_cast<int64_t>(std::filesystem::file_size(db.path(), ignored)) <= kCheckBytesMax) {
    Query check(db, "PRAGMA quick_check(1)");
    YK_TRY(const bool row, check.Step());
    if (!row || check.View(0) != "ok") {
      return Fail(Code::kCorrupt,
                  "the store {} is damaged ({}): put back a copy made by `yakan store backup`, or move the "
                  "file away and run again to start a new store",
                  db.path().string(), row ? check.Text(0) : "no answer");
    }
  }
  return static_cast<int>(version);
}

Result<void> Migrate(Connection& db, const Clock& clock, Migrations known) {
  YK_TRY(const int version, CheckStoreFile(db, known));
  if (version == static_cast<int>(known.size())) return {};
  if (version > 0) {
    const std::filesystem::path copy = fmt::format("{}.v{}.bak", db.path().string(), version);
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    YK_TRY_VOID(CopyDatabase(db, copy));
  }
  auto done = ApplyFrom(db, version, clock, known);
  if (!done && db.in_transaction()) (void)db.Exec("ROLLBACK");
  return done;
}

}  // namespace yk::sqlite
