// SPDX-License-Identifier: Apache-2.0
// One chooser per way of answering a field. Each gives a null finding when it is not sure enough.
#pragma once

#include "builtin/candidate.h"
#include "builtin/field_plan.h"
#include "builtin/reading.h"

namespace yk::builtin {

/// Typed values (dates, sums, addresses, names …): the candidate that the cues and the passage speak for; for a list
/// the candidates of the best passage.
Finding ChooseTyped(Reading& reading, const FieldPlan& plan);

/// The parties of a contract: who stands between "by and between" and the recitals or before 「甲」, else the signature
/// block.
Finding ChooseParties(Reading& reading, const FieldPlan& plan);

/// "State of Delaware" out of "governed by the laws of the State of Delaware"; 日本法 out of 準拠法は日本法とし.
Finding ChooseLaw(Reading& reading, const FieldPlan& plan);

/// The enum value whose cue words a passage holds and does not deny.
Finding ChooseChoice(Reading& reading, const FieldPlan& plan);

/// The sentence that the field is about.
Finding ChooseClause(Reading& reading, const FieldPlan& plan);

/// What the pattern matches near its cues.
Finding ChoosePattern(const Reading& reading, const FieldPlan& plan);

/// One object for each value of the key; its other fields are looked for behind the places where the key stands.
/// Without a key in the text one object with what the whole text gives.
Finding ChooseRecords(const Reading& reading, const FieldPlan& plan);

/// Dispatches by kind.
Finding Choose(Reading& reading, const FieldPlan& plan);

}  // namespace yk::builtin
