// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// UTF-16 to code points; unpaired surrogates become U+FFFD, control characters other than tab vanish.
std::u32string FromUtf16(std::u16string_view text);

/// Han, kana, full-width forms and their punctuation: scripts written without spaces.
bool IsCjk(char32_t c);

}  // namespace yk::formats
