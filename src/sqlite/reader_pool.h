// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "sqlite/connection.h"

namespace yk::sqlite {

/// Connections that only read, opened when first needed, at most `kReadersMax`. They never block the writer.
class ReaderPool {
 public:
  ReaderPool(std::filesystem::path path, Connection::Options options)
      : path_(std::move(path)), options_(std::move(options)) {}

  /// Runs `body` on a free connection; waits for one when all are taken.
  template <typename F>
  auto Read(F body) -> decltype(body(std::declval<Connection&>())) {
    YK_TRY(auto connection, Take());
    auto result = body(*connection);
    GiveBack(std::move(connection));
    return result;
  }

  /// Closes the idle connections; nothing may be reading.
  void Close();

 private:
  static constexpr int kReadersMax = 4;

  Result<std::unique_ptr<Connection>> Take();
  void GiveBack(std::unique_ptr<Connection> connection);

  const std::filesystem::path path_;
  const Connection::Options options_;
  Mutex mutex_;
  CondVar free_;
  std::vector<std::unique_ptr<Connection>> idle_ YK_GUARDED_BY(mutex_);
  int open_ YK_GUARDED_BY(mutex_) = 0;
};

}  // namespace yk::sqlite
