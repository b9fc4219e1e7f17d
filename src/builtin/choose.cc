// SPDX-License-Identifier: Apache-2.0
#include "builtin/choose.h"

namespace yk::builtin {

Finding Choose(Reading& reading, const FieldPlan& plan) {
  if (reading.sentences().empty()) return {};
  switch (plan.kind) {
    case Kind::kParty:
    case Kind::kPartyName: return ChooseParties(reading, plan);
    case Kind::kLaw: return ChooseLaw(reading, plan);
    case Kind::kChoice: return ChooseChoice(reading, plan);
    case Kind::kClause: return ChooseClause(reading, plan);
    case Kind::kPattern: return ChoosePattern(reading, plan);
    case Kind::kRecords: return ChooseRecords(reading, plan);
    case Kind::kNone: return {};
    default: return ChooseTyped(reading, plan);
  }
}

}  // namespace yk::builtin
