// SPDX-License-Identifier: Apache-2.0
// The question that mends an invalid answer. A part of StructuredAsker.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/structured.h"

namespace yk::model {

struct RepairQuestion {
  std::vector<Part> parts;
  std::shared_ptr<const Json> schema;
  bool partial = false;  ///< asks for the failing top-level fields only; the answer is merged into the earlier one
};

/// A fresh question: the first one's parts, then what was wrong. Its size does not depend on how long the answer was
/// or how often it was asked: values and errors are shortened. Values and errors travel as row parts, because an
/// answer may quote hostile text. `value` null: nothing could be read, all is asked again.
RepairQuestion MakeRepair(const StructuredSpec& spec, const std::vector<Part>& first, const Json& value,
                          const std::vector<text::SchemaViolation>& violations);

/// Whether a member of an answer is said beside the user's fields: "_evidence", "_confidence". Theirs have no such
/// names.
bool IsBeside(std::string_view name);

/// Removes what the schema calls superfluous; returns the pointers of what was removed.
std::vector<std::string> DropUnknownFields(Json& value, const std::vector<text::SchemaViolation>& violations);

}  // namespace yk::model
