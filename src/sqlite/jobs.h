// SPDX-License-Identifier: Apache-2.0
// Statements on jobs and their stages. Each function runs inside the caller's transaction.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "sqlite/connection.h"
#include "store/job_rules.h"
#include "store/job_store.h"

namespace yk::sqlite {

/// The two times of a call: wall time is stored and shown, `lease_ms` (monotonic) decides about leases.
struct Times {
  int64_t wall_ms = 0;
  int64_t lease_ms = 0;
};
Times TimesOf(const Clock& clock);

Result<store::JobRecord> CreateJob(Connection& db, const store::NewJob& job, Times now);
Result<void> EnqueueRows(Connection& db, const store::Rows& rows);
Result<bool> FinishJob(Connection& db, store::JobId job, Times now);
Result<store::JobRecord> ActOnJob(Connection& db, store::JobId job, store::Control control, Times now);
Result<store::JobRecord> LoadJob(Connection& db, store::JobId job);
Result<std::vector<store::JobRecord>> ListJobs(Connection& db, const store::JobFilter& filter);

}  // namespace yk::sqlite
