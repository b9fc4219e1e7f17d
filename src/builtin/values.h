// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "builtin/candidate.h"
#include "builtin/field_plan.h"
#include "builtin/reading.h"

namespace yk::builtin {

/// The quote as a value: white space squeezed, none between Japanese characters (line breaks put it there).
std::string QuoteValue(std::string_view quote);

/// The candidate's value in the field's form: ISO or printed date, number in the field's unit, quote. Nothing: it does
/// not fit the field's type.
std::optional<Json> ValueFor(const Reading& reading, const FieldPlan& plan, const Candidate& candidate);

/// How sure a score makes us, given the next best; 0..1.
double Confidence(double score, double next);

}  // namespace yk::builtin
