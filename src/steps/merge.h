// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace yk::steps {

/// What one passage (or one row of a group) says about the fields.
struct Finding {
  Json values = Json::object();      ///< field -> value
  Json evidence = Json::object();    ///< "/field" or "/field/0" -> list of places
  Json confidence = Json::object();  ///< field -> 0..1, as far as known; what is no number says nothing
  Json conflicts = Json::object();   ///< field -> [{"value", "evidence"}]: what else was found, the likeliest first
};

/// Several findings as one: lists are united without duplicates, in order; of scalars the value most findings agree on
/// wins, a tie goes to the higher confidence, then to the first; the other values, at most five, are its conflicts. Of
/// findings that agree the first with evidence speaks. Null says nothing.
Finding MergeFindings(std::vector<Finding> findings);

/// The same value but for spelling: text after NFKC, case folding and white space, also inside lists and objects; 5.0
/// is 5; other values by their JSON.
std::string ValueKey(const Json& value);

/// No value: null, an empty list, or text without a character but white space.
bool SaysNothing(const Json& value);

}  // namespace yk::steps
