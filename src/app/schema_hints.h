// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "base/result.h"

namespace yk::app {

/// The keys of a schema that JSON Schema does not know and we do: x-kind, x-cues, x-key. Elsewhere such keys may stand
/// for anything, so a slip of the pen would hint at nothing, in silence. kInvalid: an x-kind that is none, a key that
/// is nearly one of ours, cues for a value that the enum does not have; with the nearest right word.
Result<void> CheckSchemaHints(const Json& schema);

}  // namespace yk::app
