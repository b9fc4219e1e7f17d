// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "app/job_identity.h"
#include "app/settings.h"
#include "base/clock.h"
#include "pipeline/job_spec.h"
#include "sqlite/sqlite_store.h"

namespace yk::app {

/// How to run and what to print.
struct RunFlags {
  bool json = false;          ///< one JSON object on stdout instead of sentences
  bool quiet = false;         ///< no progress
  bool force_new = false;     ///< beside an unfinished run of the same name
  bool ask_again = false;     ///< where a stored answer is not valid
  bool retry_failed = false;  ///< put the failed rows back first and write the outputs from their first row
};

/// Where a run takes place.
struct RunPlace {
  const Settings& settings;
  const Clock& clock;
  std::filesystem::path db;
  std::stop_token stop;  ///< Ctrl-C
};

/// `yakan run`: finds or makes the job and takes it to its end. The exit code (decisions.md, architecture.md 5).
Result<int> RunNewOrOpenJob(const RunPlace& place, pipeline::JobSpec spec, StoredSpec stored, const RunFlags& flags);

/// `yakan resume`, `yakan retry`: goes on with a job from its stored spec.
Result<int> RunStoredJob(const RunPlace& place, sqlite::SqliteStore& store, const store::JobRecord& job,
                         const RunFlags& flags);

}  // namespace yk::app
