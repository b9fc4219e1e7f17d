// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "constrain/rules.h"

namespace yk::constrain {

/// Makes rules fit to be run: works out how deep each has to go, drops what has no text, and sees to it that a state
/// that may be reached can always be completed. `nesting_max`: levels of a value where the schema sets no bound.
/// Fails (invalid) when nothing at all can be written, with the place in the schema.
Result<void> Finish(Rules& rules, uint32_t nesting_max, const std::map<RuleId, std::string>& places);

}  // namespace yk::constrain
