// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/barrier.h"
#include "pipeline/job_spec.h"
#include "pipeline/sink.h"
#include "pipeline/source.h"
#include "pipeline/step.h"

namespace yk::engine {

/// Steps that run inside one row, one after the other. `barrier` stands before them and is null for stage 0.
struct Stage {
  std::unique_ptr<pipeline::Barrier> barrier;
  std::vector<std::unique_ptr<pipeline::Step>> steps;
};

/// A job spec made executable. Owns its parts.
struct RunPlan {
  pipeline::JobSpec spec;
  std::unique_ptr<pipeline::Source> source;
  std::vector<Stage> stages;  ///< at least one
  std::vector<std::unique_ptr<pipeline::Sink>> sinks;
  std::vector<std::string> fields;  ///< columns of the result, in order
};

}  // namespace yk::engine
