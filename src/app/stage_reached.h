// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "store/types.h"

namespace yk::app {

/// The number of the last stage of a job that has begun; its rows are what the job says of itself. 0 when none has.
int StageReached(const std::vector<store::Ledger>& stages);
/// The ledger of that stage; zeros when there is none.
store::Ledger LedgerReached(const std::vector<store::Ledger>& stages);

}  // namespace yk::app
