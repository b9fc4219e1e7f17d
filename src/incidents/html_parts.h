// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "incidents/incident.h"

namespace yk::incidents {

/// Text for HTML, in elements and in quoted attributes; valid UTF-8, control characters made visible.
std::string Escaped(std::string_view text);

/// The lines of a template over the log's time as bars; those within [from, to) stand out.
std::string BarsSvg(const logs::LogSummary& log, uint32_t template_id, logs::Micros from, logs::Micros to, int height);

/// One row per incident over a common axis of time; a click leads to its card ("#i3").
std::string TimelineSvg(const logs::LogSummary& log, const Findings& findings);

}  // namespace yk::incidents
