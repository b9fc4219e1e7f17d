// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace yk::sinks {

/// What a column holds, as far as its JSON Schema tells.
enum class ColumnKind { kText, kNumber, kInteger, kBoolean, kDate, kDateTime, kLink, kList, kObjects };

struct Column {
  std::string name;   ///< the field
  std::string title;  ///< the schema's title, else the name
  ColumnKind kind = ColumnKind::kText;
  std::vector<std::string> values;     ///< of an enum, in the schema's order
  std::vector<Column> object_columns;  ///< kObjects: of the items
  bool in_schema = true;
};

/// One column per property of an object schema, in order; `null` beside a type is looked through ("type": ["string",
/// "null"], anyOf with null).
std::vector<Column> ColumnsOf(const Json& schema);

/// Extra columns first (each unless the schema has it), then the schema's.
std::vector<Column> AllColumns(const std::vector<std::string>& extra, const Json& schema);

/// A value as text for people: lists joined by "; ", objects as "key: value, …", null as "".
std::string ValueText(const Json& value);

/// A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV injection"). Numbers
/// with a sign and phone numbers stay as they are.
std::string EscapeFormula(std::string text);

/// A member of what should be an object; null when it is none or has no such member. Results may come from a store that
/// another program wrote, so no shape is taken for granted.
Json Member(const Json& object, std::string_view name);

/// How sure the model was of a field, from 0 to 1; null when it is not known.
Json ConfidenceOf(const Json& output, std::string_view field);

/// The least of a row's: what is sorted by to know what to check first.
Json LeastConfidence(const Json& output);

/// What other passages said of a field: the entries of `_conflicts` that have a value.
std::vector<Json> ConflictsOf(const Json& output, std::string_view field);

/// A pointer as people read it: "/clauses/0/a~1b" is clauses/0/a/b.
std::string PlaceText(const std::string& pointer);

/// The entries of `_evidence` that belong to a field: pointers "/name" and below.
std::vector<std::pair<std::string, Json>> EvidenceOf(const Json& output, const std::string& field);

}  // namespace yk::sinks
