// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "text/range.h"

namespace yk::builtin {

/// Do the words at `place` label what follows them? They stand right before a colon, in what a line says before its
/// first colon ("Payment due:", お支払期限：), or fill a table cell ("| Due |"). A value is never looked for before
/// them.
bool IsLabel(std::string_view text, text::Range place);

/// Do the words at `place` speak of the value behind them, and so of none before? They are a topic (合計金額は
/// 5,350円), or begin a line that goes on with nothing but the value (消費税額　10,000円).
bool PointsForward(std::string_view text, text::Range place, text::Range value);

/// Is a line break between `value` and the words at `place`, on a later line, the end of a line with its own label?
/// "Total: 5" on one line is not about the words that begin the next.
bool LabelledApart(std::string_view text, text::Range value, text::Range place);

/// Does the label at `place` have a text of its own behind its colon, so that `value`, on a later line behind another
/// label, is not what it labels? "Due: not agreed" above "Date: 1 May".
bool AnswersItself(std::string_view text, text::Range place, text::Range value);

}  // namespace yk::builtin
