// SPDX-License-Identifier: Apache-2.0
// What sinks that build their file at the end read.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "store/result_log.h"

namespace yk::sinks {

/// Calls `use` with each result of a job's stage, in order, until it fails or says false: enough.
Result<void> EachResult(store::ResultLog& results, store::JobId job, int stage,
                        const std::function<Result<bool>(const store::RowResult&)>& use);

/// The row as an object. kCorrupt: it is none.
Result<Json> OutputOf(const store::RowResult& row);

/// "2026-11-28", the day in UTC.
std::string DateText(WallTime time);

}  // namespace yk::sinks
