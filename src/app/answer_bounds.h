// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "store/answer_store.h"
#include "store/job_store.h"

namespace yk::app {

/// Where the stored answers have more than `bytes_max`, those that were not used for longest go, and a warning says
/// how many: asked again they cost once more. What a job that is not done may have used stays.
Result<void> BoundAnswers(store::AnswerStore& answers, store::JobStore& jobs, const Clock& clock, int64_t bytes_max);

}  // namespace yk::app
