// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/barrier.h"
#include "steps/map_step.h"

namespace yk::steps {

struct StepContext {
  const pipeline::Places* places = nullptr;
  MapContext map;
  std::vector<std::string> columns;  ///< that rows have before the first step
  bool rows_have_text = false;       ///< rows are documents, whose text is no field
  bool row_is_file = false;          ///< every row is one file: reduce by file then has nothing left to do
};

/// What one entry of `steps:` became: exactly one of the three is set.
struct MadeStep {
  std::unique_ptr<pipeline::Step> step;
  std::unique_ptr<pipeline::Barrier> barrier;
  bool nothing = false;  ///< the step asks for what is so already
};

/// kInvalid: an unknown kind (with the nearest one), or what the step says about its options.
Result<MadeStep> MakeStep(const pipeline::StepSpec& spec, const StepContext& context);

}  // namespace yk::steps
