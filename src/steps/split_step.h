// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/job_spec.h"
#include "pipeline/step.h"

namespace yk::steps {

/// `split: {tokens: 6000, overlap: 200}`: cuts the row's text into passages that the next map asks about one by one.
Result<std::unique_ptr<pipeline::Step>> MakeSplitStep(const pipeline::StepSpec& spec, const pipeline::Places& places);

/// The row's passages; the whole text as one when no split came before.
std::vector<pipeline::Passage> PassagesOf(const pipeline::RowTask& task);

}  // namespace yk::steps
