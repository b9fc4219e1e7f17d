// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/barrier.h"
#include "pipeline/job_spec.h"

namespace yk::steps {

/// `dedupe: {by: [title, body], drop: false}`: rows whose fields agree after NFKC, case folding and squeezing of white
/// space are duplicates of the first one. A duplicate keeps its fields and takes the answers of the steps behind, which
/// are asked about the first row, so that nothing new is asked; it carries `_derived_from`. With `drop: true` it ends
/// as filtered. Without `by` all fields count, and of documents the text; `text` names it where no field does.
/// `rows_have_text`: rows are documents. Memory: 24 bytes per distinct row.
Result<std::unique_ptr<pipeline::Barrier>> MakeDedupeBarrier(const pipeline::StepSpec& spec,
                                                             const pipeline::Places& places, bool rows_have_text);

}  // namespace yk::steps
