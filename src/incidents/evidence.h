// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "incidents/incident.h"
#include "logs/mine.h"

namespace yk::incidents {

/// Finds lines for cards whose template's examples do not show them: slow answers of the slow hour, lines of the one
/// address. Reads a few thousand lines around the beginning of each such incident, not the log. `log` and the lines of
/// `findings` count as `mined` does.
void AddEvidence(const logs::Mined& mined, std::span<const logs::LogInput> inputs, Findings* findings);

}  // namespace yk::incidents
