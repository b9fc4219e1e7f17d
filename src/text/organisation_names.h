// SPDX-License-Identifier: Apache-2.0
// The two halves of FindOrganisations. Both take folded text and give places in it; names are filled in by the caller.
#pragma once

#include <string_view>
#include <vector>

#include "text/organisations.h"

namespace yk::text {

std::vector<Spot<Organisation>> JapaneseOrganisations(std::string_view folded);
std::vector<Spot<Organisation>> EnglishOrganisations(std::string_view folded);

}  // namespace yk::text
