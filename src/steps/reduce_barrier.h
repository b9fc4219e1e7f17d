// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/barrier.h"
#include "pipeline/job_spec.h"

namespace yk::steps {

/// `reduce: {by: customer, merge: lists}` over a field, or over the file when rows are pages: one row per value of the
/// key, in order of first appearance, merged by steps/merge.h. Rows that failed keep a row of their own. Memory: the
/// fields of all rows, since scalars are decided by vote.
Result<std::unique_ptr<pipeline::Barrier>> MakeReduceBarrier(const pipeline::StepSpec& spec,
                                                             const pipeline::Places& places);

}  // namespace yk::steps
