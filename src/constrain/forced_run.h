// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "constrain/stepper.h"
#include "constrain/vocabulary.h"

namespace yk::constrain {

/// Canonical tokenisation of a text that stands in the middle of an answer. Must be thread-safe.
using Tokenize = std::function<std::vector<Token>(std::string_view text)>;

/// The tokens that have to come next whatever follows. The text is forced as long as only one byte may come. Of its
/// tokens, those are certain that it begins with under every character that may follow it (and some second ones), since
/// the last of them may reach into what follows: output then equals that of sampling canonical tokens one by one. When
/// the forced text completes the answer, all of its tokens are certain.
std::vector<Token> ForcedRun(const Stepper& stepper, const Vocabulary& vocabulary, const Tokenize& tokenize,
                             const State& state);

}  // namespace yk::constrain
