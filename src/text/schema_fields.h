// SPDX-License-Identifier: Apache-2.0
// A schema seen as a list of columns: what an extractor looks for and what a table shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace yk::text {

/// One property of an object schema. Local $ref, allOf and "anyOf: [T, null]" have been followed.
struct SchemaField {
  std::string name;
  std::string pointer;             ///< where its values stand in a row, "/governing_law"; for the items of a list ""
  std::vector<std::string> types;  ///< "string", "number", … without "null"; empty = any
  bool nullable = false;           ///< null is allowed (also when no type is given)
  bool required = false;
  std::vector<Json> values;  ///< enum or const, without null
  std::string format;        ///< "date", "email", …
  std::string pattern;       ///< what a string must look like
  std::string title;
  std::string description;
  std::string kind;               ///< x-kind: "money", "organisation", …
  std::vector<std::string> cues;  ///< x-cues given as a list or one string: words that announce the field
  /// x-cues given as an object: for each value of the enum the words that speak for it.
  std::vector<std::pair<std::string, std::vector<std::string>>> value_cues;
  std::string key;                  ///< x-key of a list of objects: the property that tells one from another
  std::vector<SchemaField> item;    ///< for a list: exactly one entry, its items; else empty
  std::vector<SchemaField> fields;  ///< for an object: its properties, in schema order

  bool Is(std::string_view type) const;
  bool is_list() const { return !item.empty(); }
  bool is_object() const { return !fields.empty(); }
};

/// The top-level fields in schema order, those of a root's $ref, allOf, anyOf and oneOf among them. Fails (invalid)
/// when the schema describes anything but an object with properties. A recursive schema is followed 8 levels deep.
Result<std::vector<SchemaField>> SchemaFields(const Json& schema);

/// The row that says "nothing found": every field present; null where null is allowed or nothing better exists, []
/// for a list that may not be null.
Json NullRow(const std::vector<SchemaField>& fields);

/// The field a JSON pointer of a row leads to ("/parties/0/name"), or nullptr.
const SchemaField* FieldAt(const std::vector<SchemaField>& fields, std::string_view pointer);

}  // namespace yk::text
