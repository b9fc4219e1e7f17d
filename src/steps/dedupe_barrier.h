// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/barrier.h"
#include "pipeline/job_spec.h"

namespace yk::steps {

/// `dedupe: {by: [title, body], drop: false}`: rows whose fields agree after NFKC, case folding and squeezing of white
/// space are duplicates of the first one. A duplicate takes the first row's fields, so the steps behind it ask nothing
/// new, and carries `_derived_from`. With `drop: true` it ends as filtered. Without `by` all fields count.
/// Memory: 24 bytes per distinct row.
Result<std::unique_ptr<pipeline::Barrier>> MakeDedupeBarrier(const pipeline::StepSpec& spec,
                                                             const pipeline::Places& places);

}  // namespace yk::steps
