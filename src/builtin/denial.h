// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "builtin/reading.h"

namespace yk::builtin {

enum class Denial {
  kStated,    ///< the words mean what they say
  kDenied,    ///< "does not renew automatically", 自動更新はしない
  kReported,  ///< a wish or a case, not a statement: 更新しない旨の通知, "notice that it does not wish to renew"
};

/// How the sentence takes the words at `place`.
Denial DenialAround(std::string_view text, text::Range sentence, text::Range place);

/// Places of a phrase, also with up to three words between its own and with other endings of its words: "no automatic
/// renewal" in "no tacit or automatic renewal", "automatically renew" in "shall automatically be renewed". Phrases in
/// scripts without spaces must stand as they are.
std::vector<text::Range> LoosePlaces(Reading& reading, const std::string& phrase);

}  // namespace yk::builtin
