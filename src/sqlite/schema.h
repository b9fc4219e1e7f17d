// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "sqlite/connection.h"

namespace yk::sqlite {

/// The schema this program writes. Migrations are numbered and go forward only.
int SchemaVersion();

/// Refuses, with a sentence, a file that is not a store, is damaged, or was written by a newer program. 0: empty file.
Result<int> CheckStoreFile(Connection& db);

/// Creates or migrates the tables. Before a migration the file is copied to `<db>.v<old>.bak`.
Result<void> Migrate(Connection& db, const Clock& clock);

}  // namespace yk::sqlite
