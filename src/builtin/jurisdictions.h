// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "builtin/reading.h"

namespace yk::builtin {

/// States and countries whose law the text speaks of, as written: "State of Delaware" after "laws of the", "England and
/// Wales", "Colorado" before "law applies", 日本法, 日本国の法令.
std::vector<Candidate> FindJurisdictions(Reading& reading);

}  // namespace yk::builtin
