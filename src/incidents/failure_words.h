// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace yk::incidents {

/// How much the words of a line say that something went wrong, in English and Japanese: 0 nothing, 1 yes. Words are
/// matched by their beginning ("fail" finds failed, failure), never inside of another word; those that mostly stand in
/// good news too (retry, slow, reset) give less than 1.
double FailureWeight(std::string_view text);

}  // namespace yk::incidents
