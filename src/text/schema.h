// SPDX-License-Identifier: Apache-2.0
// JSON Schema: what a row must look like. Drafts 2020-12 and 7 (and 2019-09, 6 as far as they agree with those).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace yk::text {

struct SchemaProgram;

/// One way in which a value differs from its schema.
struct SchemaViolation {
  /// JSON pointer of the offending value, "" for the whole. A missing field and a field too many are named by their
  /// own pointer ("/parties/0/name"), so that a caller can group violations by field.
  std::string pointer;
  std::string message;  ///< a sentence: "/parties/0 must be a string, but is the number 3"
  std::string keyword;  ///< the schema keyword that was broken: "type", "required", …; "limit" when checking gave up
};

struct SchemaOptions {
  /// Whether `format` is checked (date, email, uri, …) or only an annotation, as 2020-12 has it by default.
  bool assert_formats = true;
};

/// A compiled schema. Immutable, safe to use from many threads, cheap to share.
///
/// Numbers are compared by value: 1.0 is an integer, 19.99 is a multiple of 0.01. Lengths count code points. Patterns
/// are RE2's (with \uXXXX, (?<name>…) and \p{Script=Han} understood), unanchored as the standard wants.
/// What cannot be checked is refused by Compile and never ignored: unevaluatedProperties and unevaluatedItems (unless
/// they equal additionalProperties/items), $dynamicRef, $recursiveRef, $ref to another document, other dialects.
/// Keywords that assert nothing, unknown ones and `x-…` are ignored.
class JsonSchema {
 public:
  /// Fails (invalid) with the JSON pointer and the name of the keyword at fault.
  static Result<std::shared_ptr<const JsonSchema>> Compile(const Json& schema, SchemaOptions options = {});

  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  /// Every violation in document order, at most 64; empty when the value is valid. Never throws. Values nested deeper
  /// than 200 levels, and checks that would take more than about ten million steps, end as a "limit" violation.
  std::vector<SchemaViolation> Validate(const Json& value) const;

  /// The same question without the sentences; a little faster.
  bool IsValid(const Json& value) const;

  /// The schema as it was given.
  const Json& source() const { return source_; }

 private:
  JsonSchema(Json source, std::unique_ptr<const SchemaProgram> program);

  Json source_;
  std::unique_ptr<const SchemaProgram> program_;
};

/// Equality as JSON Schema means it: numbers by value, objects without regard to key order.
bool JsonEquals(const Json& a, const Json& b);

}  // namespace yk::text
