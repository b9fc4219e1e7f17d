// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "incidents/report.h"

namespace yk::incidents {

/// The file that a line of the whole log stands in, as a place in Subject::names, and its number there.
std::pair<size_t, uint64_t> InFile(const Subject& subject, uint64_t line);

/// "line 17", or "web2.log:17" when there are several files.
std::string PlaceText(const Subject& subject, uint64_t line);

}  // namespace yk::incidents
