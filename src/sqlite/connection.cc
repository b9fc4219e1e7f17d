// SPDX-License-Identifier: Apache-2.0
#include "sqlite/connection.h"

#include <sqlite3.h>

#include <cstring>

namespace yk::sqlite {
namespace {

std::string FileUri(const std::filesystem::path& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

int OnWal(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Error SqliteError(int rc, const char* detail, const std::filesystem::path& path) {
  const std::string file = path.string();
  switch (rc & 0xff) {
    case SQLITE_FULL:
      return {Code::kExhausted,
              fmt::format("the disk that holds {} is full: free some space and run the same command "
                          "again; everything committed so far is kept",
                          file),
              {}};
    case SQLITE_NOMEM: return {Code::kExhausted, fmt::format("no memory left while working on {}", file), {}};
    case SQLITE_IOERR:
      if (rc == SQLITE_IOERR_WRITE || rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_SHMSIZE) {
        return {Code::kExhausted,
                fmt::format("{} cannot be written ({}): free some space on its disk or check it, then "
                            "run the same command again; everything committed so far is kept",
                            file, sqlite3_errstr(rc)),
                {}};
      }
      return {Code::kUnavailable,
              fmt::format("{} cannot be read or written ({}, code {}): check its disk", file, detail, rc),
              {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::kCorrupt,
              fmt::format("the store {} is damaged ({}): put back a copy made by `yakan store backup`, or "
                          "move the file away and run again to start a new store",
                          file, detail),
              {}};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Code::kUnauthorized,
              fmt::format("the store {} or its folder is read-only: make both writable, or name "
                          "another store with --store",
                          file),
              {}};
    case SQLITE_CANTOPEN:
      return {Code::kUnavailable,
              fmt::format("the store {} cannot be opened ({}): check that its folder exists and is "
                          "writable",
                          file, detail),
              {}};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::kUnavailable, fmt::format("another program holds a lock on {}: close it and try again", file), {}};
    case SQLITE_TOOBIG: return {Code::kInvalid, fmt::format("a value is larger than {} can hold (1 GB)", file), {}};
    case SQLITE_CONSTRAINT:
      if (std::strstr(detail, "ledger") != nullptr) {
        return {Code::kCorrupt,
                fmt::format("the row counts of a job in {} no longer add up; the change was undone. "
                            "Run `yakan doctor`",
                            file),
                {}};
      }
      return {Code::kInternal, fmt::format("{} refused a change: {}", file, detail), {}};
    default: return {Code::kInternal, fmt::format("{}: {} (code {})", file, detail, rc), {}};
  }
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::filesystem::path& path, const Options& options) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  std::string name = path.string();
  switch (options.mode) {
    case OpenMode::kReadWrite: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    case OpenMode::kQueryOnly: flags |= SQLITE_OPEN_READWRITE; break;
    case OpenMode::kImmutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      name = FileUri(path);
      break;
  }
  sqlite3* db = nullptr;
  const int rc = sqlite3_open_v2(name.c_str(), &db, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(db, path));
  if (rc != SQLITE_OK) return Fail(SqliteError(rc, db == nullptr ? "no memory" : sqlite3_errmsg(db), path));
  YK_TRY_VOID(connection->Configure(options));
  return connection;
}

Result<void> Connection::Configure(const Options& options) {
  sqlite3_busy_timeout(db_, 5000);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  YK_TRY_VOID(Exec(fmt::format("PRAGMA cache_size=-{}; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
                               "PRAGMA cache_spill=OFF; PRAGMA wal_autocheckpoint=0;",
                               options.cache_kb)
                       .c_str()));
  if (options.mode != OpenMode::kReadWrite) {
    // Only the writer may checkpoint: two connections doing so at once can corrupt the log (SQLite 3.7.0 to 3.51.2).
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return Exec("PRAGMA query_only=ON;");
  }
  sqlite3_wal_hook(db_, OnWal, &wal_pages_);
  return Exec("PRAGMA secure_delete=OFF; PRAGMA foreign_keys=OFF; PRAGMA synchronous=FULL;");
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

Error Connection::ErrorOf(int rc) const { return SqliteError(rc, sqlite3_errmsg(db_), path_); }

Result<void> Connection::Exec(const char* sql) {
  const int rc = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return Fail(ErrorOf(rc));
  return {};
}

Result<int64_t> Connection::Number(const char* sql) {
  Query query(*this, sql);
  YK_TRY(const bool row, query.Step());
  return row ? query.Int(0) : 0;
}

int64_t Connection::changes() const { return sqlite3_changes64(db_); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

Result<sqlite3_stmt*> Connection::Prepared(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const int rc = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (rc != SQLITE_OK) return Fail(ErrorOf(rc));
  statements_.emplace(sql, statement);
  return statement;
}

Query::Query(Connection& connection, const char* sql) : connection_(connection) {
  auto statement = connection.Prepared(sql);
  if (!statement) {
    error_ = std::move(statement).error();
    return;
  }
  statement_ = *statement;
  YK_CHECK(sqlite3_stmt_busy(statement_) == 0, "two runs of one statement overlap");
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Query::Step() {
  if (error_) return Fail(*error_);
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  error_ = connection_.ErrorOf(rc);
  return Fail(*error_);
}

Result<void> Query::Run() {
  while (true) {
    YK_TRY(const bool more, Step());
    if (!more) return {};
  }
}

int64_t Query::Int(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::Real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Query::View(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view() : std::string_view(data, static_cast<size_t>(size));
}

Digest Query::Hash(int column) const {
  Digest out{};
  const std::string_view bytes = View(column);
  if (bytes.size() == out.size()) std::memcpy(out.data(), bytes.data(), out.size());
  return out;
}

void Query::BindOne(int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, ++bound_, value);
}

void Query::BindOne(double value) {
  if (statement_ != nullptr) sqlite3_bind_double(statement_, ++bound_, value);
}

void Query::BindOne(std::string_view value) {
  if (statement_ == nullptr) return;
  const char* data = value.data() == nullptr ? "" : value.data();
  const int rc = sqlite3_bind_text64(statement_, ++bound_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (rc != SQLITE_OK) error_ = connection_.ErrorOf(rc);
}

void Query::BindOne(const Digest& value) {
  if (statement_ != nullptr)
    sqlite3_bind_blob(statement_, ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

}  // namespace yk::sqlite
