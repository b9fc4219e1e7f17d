// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "builtin/reading.h"

namespace yk::builtin {

/// A place where the text says what a cue says.
struct CuePlace {
  text::Range range;
  double strength = 1;  ///< 1: word for word
};

/// Places of a phrase: word for word; with up to three words between its own and with other endings of its words ("no
/// automatic renewal" in "no tacit or automatic renewal"); and, for phrases of three or more words, with any words
/// between inside one sentence ("aggregate liability of either party … shall not exceed") or, weaker, in any order. A
/// phrase in a script without spaces also stands where most of its letter pairs stand close together:
/// 請求書を受領した日 in 請求書を受理した日. Small words alone say nothing. In order.
std::vector<CuePlace> FindCue(Reading& reading, const std::string& phrase);

}  // namespace yk::builtin
