// SPDX-License-Identifier: Apache-2.0
// Lossless repair of a model's values towards their schema: "1,200" becomes 1200, "令和5年4月1日" becomes 2023-04-01.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "text/schema_fields.h"

namespace yk::text {

/// One change that was made, for the `coerced` log of a row.
struct Coercion {
  std::string pointer;  ///< JSON pointer of the value
  Json from;            ///< as the model gave it
  Json to;              ///< as it is now
  std::string what;     ///< "text to number", "date to ISO", …
};

struct CoercionResult {
  Json value;
  std::vector<Coercion> coerced;
};

/// Brings `value` nearer to the fields of its schema without losing anything; what cannot be read without doubt stays
/// as it is and is left for the schema to refuse ("about 5" never becomes 5). In detail: numbers and booleans written
/// as text, dates in any form text/dates.h reads without doubt (format date), enum values that agree with exactly one
/// allowed value after NFKC, trimming and case folding, one value where a list is wanted, words for "nothing" ("N/A",
/// "null", "なし", "") where null is allowed, and absent nullable required fields, which become null.
/// Whether the result is valid is for JsonSchema::Validate to say. Thread-safe, never throws.
CoercionResult CoerceToFields(Json value, const std::vector<SchemaField>& fields);

}  // namespace yk::text
