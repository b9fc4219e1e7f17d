// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "text/range.h"

namespace yk::builtin {

enum class Denial {
  kStated,    ///< the words mean what they say
  kDenied,    ///< "does not renew automatically", 自動更新はしない
  kReported,  ///< a wish or a case, not a statement: 更新しない旨の通知, "notice that it does not wish to renew"
};

/// How the sentence takes the words at `place`.
Denial DenialAround(std::string_view text, text::Range sentence, text::Range place);

/// Does `words`, a loose match of `cue`, hold a denial that the cue does not: "was not clean" of "was clean"?
bool DeniesMore(std::string_view words, std::string_view cue);

}  // namespace yk::builtin
