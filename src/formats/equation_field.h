// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// Whether a field of Word or RTF is an equation: such fields store no result, their instruction is all there is.
bool IsEquationField(std::string_view instruction);

/// What an EQ field shows, on one line: "1/2" for \f(1,2), "○印" for \o\ac(○,印). Of ruby text, which is written as
/// \o\ad(\s\up 9(とうきょう),東京), the base alone, as everywhere.
std::string EquationFieldText(std::string_view instruction);

}  // namespace yk::formats
