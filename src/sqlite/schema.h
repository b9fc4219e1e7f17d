// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "sqlite/connection.h"

namespace yk::sqlite {

/// The texts that lead from one schema version to the next, numbered from 1; they go forward only.
using Migrations = std::span<const char* const>;
Migrations KnownMigrations();

/// Refuses, with a sentence, a file that is not a store, is damaged, or was written by a newer program. 0: empty file.
Result<int> CheckStoreFile(Connection& db, Migrations known = KnownMigrations());

/// Creates or migrates the tables. Before a migration the file is copied to `<db>.v<old>.bak`.
Result<void> Migrate(Connection& db, const Clock& clock, Migrations known = KnownMigrations());

}  // namespace yk::sqlite
