// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/job_spec.h"
#include "pipeline/step.h"

namespace yk::steps {

/// `filter: {field: amount, min: 1000}`: rows that do not match end as `filtered`. Tests: equals, not, in, min, max,
/// contains, exists; all that are given must hold. Text is compared after NFKC and case folding.
Result<std::unique_ptr<pipeline::Step>> MakeFilterStep(const pipeline::StepSpec& spec, const pipeline::Places& places);

}  // namespace yk::steps
