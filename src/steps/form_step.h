// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/job_spec.h"
#include "pipeline/step.h"

namespace yk::steps {

/// `form: {fields: {population: {label: 人口, at: right, type: number}}}`: fields out of the cells of a form, found by
/// the label beside them. A hyphen alone is null. A value that is not found ends the row as failed, or, where the field
/// is optional, is null with a note. Rows must be tables (`as: table`). No model is asked.
Result<std::unique_ptr<pipeline::Step>> MakeFormStep(const pipeline::StepSpec& spec, const pipeline::Places& places);

}  // namespace yk::steps
