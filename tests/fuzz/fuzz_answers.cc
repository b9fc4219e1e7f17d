// SPDX-License-Identifier: Apache-2.0
// Whatever a model writes: it must be read or refused, coerced without loss and checked, and nothing may crash, hang
// or contradict itself. Also feeds the bytes as a schema and as CSV, which users write.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "base/json.h"
#include "text/coerce.h"
#include "text/csv.h"
#include "text/field_ranges.h"
#include "text/schema.h"
#include "text/schema_fields.h"
#include "text/tolerant_json.h"

namespace {

using yk::Json;

constexpr std::string_view kSchema = R"({
  "$defs": {"party": {"type": "object", "properties": {"name": {"type": "string", "minLength": 1},
                                                       "age": {"type": ["integer", "null"], "minimum": 0}}}},
  "type": "object", "required": ["law", "date"], "additionalProperties": false,
  "properties": {
    "law": {"enum": ["Delaware", "New York", "東京", null]}, "date": {"type": ["string", "null"], "format": "date"},
    "amount": {"type": ["number", "null"], "multipleOf": 0.01}, "auto": {"type": "boolean"},
    "parties": {"type": "array", "items": {"$ref": "#/$defs/party"}, "uniqueItems": true},
    "mail": {"anyOf": [{"type": "string", "format": "email", "pattern": "^[^@]+@"}, {"type": "null"}]}}})";

void Require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken promise: " << what << "\n";
  std::abort();
}

void CheckRow(const Json& value) {
  static const auto schema = yk::text::JsonSchema::Compile(*yk::ParseJson(kSchema));
  static const auto fields = yk::text::SchemaFields(*yk::ParseJson(kSchema));
  const auto once = yk::text::CoerceToFields(value, *fields);
  const auto twice = yk::text::CoerceToFields(once.value, *fields);
  Require(twice.coerced.empty(), "coercing a second time changes nothing");
  const auto violations = (*schema)->Validate(once.value);
  Require(violations.empty() == (*schema)->IsValid(once.value), "Validate and IsValid agree");
  if ((*schema)->IsValid(value)) Require(violations.empty(), "coercion leaves valid rows valid");
  Require(yk::text::JsonEquals(once.value, once.value), "a value equals itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto answer = yk::text::ParseTolerantJson(bytes);
  if (answer) {
    const std::string dumped = yk::DumpJson(answer->value);
    const auto again = yk::ParseJson(dumped);
    Require(again.has_value(), "what was read can be written as strict JSON");
    CheckRow(answer->value);
    if (const auto schema = yk::text::JsonSchema::Compile(answer->value)) {
      (*schema)->Validate(answer->value);
      (void)yk::text::SchemaFields(answer->value);
    }
  } else {
    Require(!answer.error().message.empty(), "an error says why");
  }
  for (const auto& field : yk::text::FieldRanges(bytes)) {
    Require(field.value.begin <= field.value.end && field.value.end <= size, "a value stands inside the answer");
  }
  (void)yk::text::ParseCsv(bytes, {.delimiter = yk::text::GuessCsvDelimiter(bytes), .record_bytes_max = 4096});
  return 0;
}
