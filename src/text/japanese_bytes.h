// SPDX-License-Identifier: Apache-2.0
// What bytes of an unknown charset look like to somebody who reads Japanese.
#pragma once

#include <string_view>

namespace yk::text {

/// How much the bytes look like Japanese in this encoding, EUC-JP or CP932, about -1 to 1 per byte beyond ASCII: kana
/// and frequent kanji for it, rare kanji, single half-width kana and private characters against.
double JapaneseScore(std::string_view bytes, bool euc);

/// Half-width katakana as banks and old programs write it: EUC-JP would take pairs of it for rare kanji.
bool IsHalfWidthKana(std::string_view bytes);

}  // namespace yk::text
