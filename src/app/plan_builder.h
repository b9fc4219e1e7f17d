// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include "app/job_identity.h"
#include "app/model_set.h"
#include "engine/run_plan.h"
#include "reader/reader_pool.h"
#include "sinks/sink_factory.h"
#include "sources/source_factory.h"
#include "steps/map_step.h"

namespace yk::app {

struct SourceNeeds {
  const reader::ReaderPool* readers = nullptr;  ///< null when no files are read
  std::filesystem::path spool_dir;
  std::stop_token stop;  ///< ends the look at the inputs
};

/// The name of the model that the first map step asks; the job's where it names none.
std::string ModelOfFirstMap(const pipeline::JobSpec& spec);

/// The spec's input as a source. `stored` carries --input, --limit and where stdin was kept.
Result<std::unique_ptr<pipeline::Source>> BuildSource(const pipeline::JobSpec& spec, const StoredSpec& stored,
                                                      const SourceNeeds& needs);

/// What the steps became, and what rows look like behind them.
struct BuiltSteps {
  std::vector<engine::Stage> stages;
  std::vector<std::string> fields;      ///< columns in order
  Json schema = Json::object();         ///< of the last step that has one
  std::vector<std::string> confidence;  ///< fields whose confidence is asked for
  std::vector<steps::MapStep*> maps;    ///< of stage 0, for the plan
};

/// `columns`: of the input. Opens the models the steps name. kInvalid: what is wrong in the spec, with file and line.
/// `replace_invalid_stored`: stored answers that are not valid are asked anew.
Result<BuiltSteps> BuildSteps(const pipeline::JobSpec& spec, const std::vector<std::string>& columns, ModelSet& models,
                              bool replace_invalid_stored = false);

Result<std::vector<std::unique_ptr<pipeline::Sink>>> BuildSinks(const pipeline::JobSpec& spec, const BuiltSteps& steps,
                                                                const store::JobRecord& job, store::ResultLog& results);

}  // namespace yk::app
