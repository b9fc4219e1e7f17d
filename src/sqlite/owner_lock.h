// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/file.h"
#include "base/result.h"

namespace yk::sqlite {

/// The right to write a store: an exclusive flock on `<db>.lock`, which the kernel takes back when the process ends,
/// however it ends. The file holds the owner's process id, for people.
class OwnerLock {
 public:
  /// kConflict names the process that holds it.
  static Result<OwnerLock> Take(const std::filesystem::path& db);

 private:
  explicit OwnerLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace yk::sqlite
