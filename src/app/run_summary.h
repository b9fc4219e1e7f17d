// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "engine/job_run.h"
#include "model/asker.h"
#include "store/job_store.h"
#include "store/result_log.h"

namespace yk::app {

struct RunSummary {
  store::JobRecord job;
  std::vector<store::Ledger> ledgers;
  model::AskerStats stats;
  Duration elapsed{};
  engine::RunEnd end = engine::RunEnd::kFinished;
  std::string reason;
  bool resumed = false;
  std::vector<std::string> outputs;
  std::map<std::string, std::vector<model::Counter>> counters;  ///< of backends, by model
  std::string job_file = "JOB.yaml";                            ///< as a later command names it
  std::string handle;                                           ///< as later commands name the job
  std::string store_flag;                                       ///< " --store sqlite:PATH" where later commands need it
};

/// {"job","id","state","rows":{…},"model_calls",…}: what `--json` prints, and what sinks show.
Json SummaryJson(const RunSummary& summary);

/// On stdout; names the first rows that failed and what to do next.
void PrintSummary(const RunSummary& summary, bool json, store::ResultLog& results);

/// 0 all rows ok; 3 finished, some rows failed; 4 paused or cancelled by request; 130 interrupted.
int ExitCode(const RunSummary& summary);

}  // namespace yk::app
