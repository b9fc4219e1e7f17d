// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "sqlite/connection.h"

namespace yk::sqlite {

/// Copies the committed state of an open database into a new file, in one consistent piece, while others write.
Result<void> CopyDatabase(Connection& source, const std::filesystem::path& destination);

/// `yakan store backup`: copies the store at `store`, which may be in use, to `destination`, which must not exist yet.
/// The copy appears under its name only when it is whole and durable. Returns its size in bytes.
Result<uint64_t> BackupStore(const std::filesystem::path& store, const std::filesystem::path& destination);

}  // namespace yk::sqlite
