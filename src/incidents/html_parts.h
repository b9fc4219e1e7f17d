// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "incidents/incident.h"

namespace yk::incidents {

/// Values over the log's time as bars; those within [from, to) stand out.
std::string BarsSvg(const logs::LogSummary& log, const std::vector<double>& values,
                    std::pair<logs::Micros, logs::Micros> window, int height);

/// One row per incident over a common axis of time; a click leads to its card ("#i3").
std::string TimelineSvg(const logs::LogSummary& log, const Findings& findings);

}  // namespace yk::incidents
