// SPDX-License-Identifier: Apache-2.0
#include "sqlite/reader_pool.h"

namespace yk::sqlite {

Result<std::unique_ptr<Connection>> ReaderPool::Take() {
  {
    MutexLock lock(mutex_);
    while (idle_.empty() && open_ >= kReadersMax) free_.wait(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  auto opened = Connection::Open(path_, options_);
  if (!opened) {
    MutexLock lock(mutex_);
    --open_;
    free_.notify_one();
  }
  return opened;
}

void ReaderPool::Close() {
  MutexLock lock(mutex_);
  open_ -= static_cast<int>(idle_.size());
  idle_.clear();
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  // A read that failed in the middle may have left its snapshot open, which would pin the log.
  if (connection->in_transaction()) (void)connection->Exec("ROLLBACK");
  MutexLock lock(mutex_);
  idle_.push_back(std::move(connection));
  free_.notify_one();
}

}  // namespace yk::sqlite
