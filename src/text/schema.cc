// SPDX-License-Identifier: Apache-2.0
#include "text/schema.h"

#include "text/schema_numbers.h"
#include "text/schema_program.h"

namespace yk::text {
namespace {

bool ObjectsEqual(const Json& a, const Json& b) {
  if (a.size() != b.size()) return false;
  // Look-up in an ordered object is linear; most pairs agree on the order too, so each search starts where the last
  // one ended.
  auto next = b.begin();
  for (const auto& [key, value] : a.items()) {
    auto found = next != b.end() && next.key() == key ? next : b.find(key);
    if (found == b.end() || !JsonEquals(value, *found)) return false;
    next = ++found;
  }
  return true;
}

}  // namespace

bool JsonEquals(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return CompareJsonNumbers(a, b) == 0;
  if (a.type() != b.type()) return false;
  if (a.is_object()) return ObjectsEqual(a, b);
  if (!a.is_array()) return a == b;
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!JsonEquals(a[i], b[i])) return false;
  }
  return true;
}

JsonSchema::JsonSchema(Json source, std::unique_ptr<const SchemaProgram> program)
    : source_(std::move(source)), program_(std::move(program)) {}

JsonSchema::~JsonSchema() = default;

Result<std::shared_ptr<const JsonSchema>> JsonSchema::Compile(const Json& schema, SchemaOptions options) {
  YK_TRY(auto program, CompileSchema(schema, options));
  return std::shared_ptr<const JsonSchema>(new JsonSchema(schema, std::move(program)));
}

std::vector<SchemaViolation> JsonSchema::Validate(const Json& value) const {
  std::vector<SchemaViolation> violations;
  CheckSchema(*program_, value, &violations);
  return violations;
}

bool JsonSchema::IsValid(const Json& value) const { return CheckSchema(*program_, value, nullptr); }

}  // namespace yk::text
