// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "builtin/kind.h"
#include "builtin/role.h"
#include "text/cued_pattern.h"
#include "text/durations.h"
#include "text/schema_fields.h"

namespace yk::builtin {

/// Words that speak for a place in the text (or against it).
struct Cue {
  std::string phrase;
  double weight = 1;
};

/// A value of an enum and the words that speak for it.
struct Choice {
  Json value;
  std::vector<std::string> cues;
};

/// What is looked for, worked out from a schema field: from x-kind, format, type, enum, and from the words of name,
/// title and description (English and Japanese).
struct FieldPlan {
  std::string name;
  Kind kind = Kind::kNone;
  Role role = Role::kNone;
  bool list = false;
  bool numeric = false;   ///< the value is a number; else the quote
  bool integer = false;   ///< numbers that are not whole do not fit
  bool iso_date = false;  ///< dates are written 2024-04-01; else as printed
  bool own_cues = false;  ///< the schema gave x-cues
  std::string query;      ///< for retrieval
  std::vector<Cue> cues;
  std::vector<Cue> against;  ///< from "not …" in the description and from the role
  std::vector<Choice> choices;
  text::TimeUnit unit = text::TimeUnit::kDay;
  std::shared_ptr<const text::CuedPattern> pattern;  ///< of kPattern
  std::vector<FieldPlan> members;                    ///< of kRecords: the fields of its objects
  size_t key = 0;                                    ///< index in `members` of what tells records apart
};

FieldPlan PlanField(const text::SchemaField& field);

/// Gives a plan its pattern, or its members theirs, where the schema has patterns with cues. kInvalid names the field
/// whose pattern or cue cannot be read.
Result<void> AddPatterns(const text::SchemaField& field, FieldPlan* plan);

}  // namespace yk::builtin
