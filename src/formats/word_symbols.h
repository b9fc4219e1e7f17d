// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yk::formats {

/// What a character of a font of symbols shows: U+F0FE of Wingdings is ☑. Other fonts: the character itself. Empty for
/// characters of private use that nothing is known about.
std::string SymbolText(std::string_view font, uint32_t code);

/// A text set in a font: its characters of private use by what they show, the others as written.
std::string TextInFont(std::string_view font, std::string_view utf8);

/// A box to be ticked, in forms.
inline std::string_view CheckMark(bool checked) { return checked ? "☑" : "☐"; }

}  // namespace yk::formats
