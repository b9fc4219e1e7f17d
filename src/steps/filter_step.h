// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/job_spec.h"
#include "pipeline/step.h"

namespace yk::steps {

/// `filter: {field: amount, min: 1000}`: rows that do not match end as `filtered`. Tests: equals, not, in, min, max,
/// contains, exists; all that are given must hold. Text is compared after NFKC and case folding; with a number on one
/// side by value, so that "18,240.00" and "１２００" count. Under min and max a value that is no number ends the row as
/// failed: it would be lost among those that are too small.
Result<std::unique_ptr<pipeline::Step>> MakeFilterStep(const pipeline::StepSpec& spec, const pipeline::Places& places);

}  // namespace yk::steps
