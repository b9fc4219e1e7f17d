// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace yk::sqlite {

enum class OpenMode {
  kReadWrite,  ///< creates the file
  kQueryOnly,  ///< shares the owner's log files, never writes
  kImmutable,  ///< a file nobody can change: no log files are touched
};

/// One database connection with its prepared statements. Used by one thread at a time.
class Connection {
 public:
  struct Options {
    OpenMode mode = OpenMode::kReadWrite;
    int cache_kb = 4096;
    std::string vfs{};  ///< another virtual file system, for tests that break the disk
  };
  static Result<std::unique_ptr<Connection>> Open(const std::filesystem::path& path, const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs statements without parameters.
  Result<void> Exec(const char* sql);
  /// A number that a statement without parameters returns.
  Result<int64_t> Number(const char* sql);
  /// Rows the last INSERT, UPDATE or DELETE changed.
  int64_t changes() const;
  bool in_transaction() const;
  const std::filesystem::path& path() const { return path_; }
  /// Pages in the write-ahead log after the last commit of this connection.
  int wal_pages() const { return wal_pages_; }
  void reset_wal_pages() { wal_pages_ = 0; }
  sqlite3* raw() { return db_; }

  /// The Error for a result code of this connection: a sentence with the file and the way out.
  Error ErrorOf(int result_code) const;

 private:
  friend class Query;
  Connection(sqlite3* db, std::filesystem::path path) : db_(db), path_(std::move(path)) {}
  Result<void> Configure(const Options& options);
  Result<sqlite3_stmt*> Prepared(const char* sql);

  sqlite3* db_;
  std::filesystem::path path_;
  int wal_pages_ = 0;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;  ///< by address: texts are literals
};

/// The sentence for a SQLite result code on `path`.
Error SqliteError(int result_code, const char* detail, const std::filesystem::path& path);

/// One run of a cached statement: bind in order, step, read columns. The statement goes back when the object ends, so
/// two runs of the same text must not overlap. Bound text must outlive the run.
class Query {
 public:
  Query(Connection& connection, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  template <typename... Args>
  Query& Bind(const Args&... args) {
    (BindOne(args), ...);
    return *this;
  }
  /// True: a row is there to read. False: the statement has ended.
  Result<bool> Step();
  /// Steps to the end.
  Result<void> Run();

  int64_t Int(int column) const;
  double Real(int column) const;
  std::string_view View(int column) const;  ///< valid until the next Step
  std::string Text(int column) const { return std::string(View(column)); }
  Digest Hash(int column) const;

 private:
  void BindOne(int64_t value);
  void BindOne(int value) { BindOne(static_cast<int64_t>(value)); }
  void BindOne(bool value) { BindOne(static_cast<int64_t>(value)); }
  void BindOne(uint32_t value) { BindOne(static_cast<int64_t>(value)); }
  void BindOne(double value);
  void BindOne(std::string_view value);
  void BindOne(const std::string& value) { BindOne(std::string_view(value)); }
  void BindOne(const char* value) { BindOne(std::string_view(value)); }
  void BindOne(const Digest& value);

  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  std::optional<Error> error_;
};

}  // namespace yk::sqlite
