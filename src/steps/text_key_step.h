// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pipeline/step.h"

namespace yk::steps {

/// A step that leaves RowTask::text_key: a hash of the document's text after NFKC, case folding and squeezing of white
/// space, for a barrier that compares texts and has no document before it. Never fails a row.
std::unique_ptr<pipeline::Step> MakeTextKeyStep();

}  // namespace yk::steps
