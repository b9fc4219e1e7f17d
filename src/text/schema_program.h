// SPDX-License-Identifier: Apache-2.0
// A schema in compiled form, shared by the compiler (schema_lower), the checker (schema_check) and whoever makes values
// that fit a schema.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json.h"
#include "text/schema.h"
#include "text/schema_formats.h"

namespace re2 {
class RE2;
}

namespace yk::text {

/// Bits of SchemaNode::types.
enum SchemaType : uint8_t {
  kNullType = 1,
  kBooleanType = 2,
  kIntegerType = 4,
  kNumberType = 8,
  kStringType = 16,
  kArrayType = 32,
  kObjectType = 64,
};

/// A regular expression of a schema: `source` as it was written, looked for anywhere in a text.
class SchemaPattern {
 public:
  explicit SchemaPattern(std::string source);
  ~SchemaPattern();

  const std::string& source() const { return source_; }
  /// Why it cannot be used; empty when it can.
  std::string error() const;
  bool Matches(std::string_view text) const;

 private:
  std::string source_;
  std::unique_ptr<const re2::RE2> regex_;
};

struct SchemaNode;

struct SchemaProperty {
  std::string name;
  const SchemaNode* node = nullptr;
};

/// One (sub)schema. Draft differences are gone: `items` of draft 7 has become prefix + rest, `dependencies` has become
/// the two dependent lists, references are pointers to their target. Absent keywords cost one comparison.
struct SchemaNode {
  std::string pointer;  ///< where it stands in the document

  bool never = false;  ///< the schema `false`
  uint8_t types = 0;   ///< 0 = any

  bool has_enum = false;
  bool is_const = false;  ///< has_enum with the one value of `const`, for the message
  std::vector<Json> values;
  std::unordered_set<std::string> value_texts;  ///< the strings among `values`

  std::optional<Json> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;

  std::optional<uint64_t> min_length, max_length;
  const SchemaPattern* pattern = nullptr;
  std::optional<StringFormat> format;

  std::vector<const SchemaNode*> prefix;
  const SchemaNode* rest = nullptr;
  std::optional<uint64_t> min_items, max_items;
  bool unique = false;
  const SchemaNode* contains = nullptr;
  uint64_t min_contains = 1;
  std::optional<uint64_t> max_contains;

  std::vector<SchemaProperty> properties;
  std::unordered_map<std::string_view, size_t> property_index;  ///< views into `properties`, made when those are final
  std::vector<std::string> required;
  std::vector<std::pair<const SchemaPattern*, const SchemaNode*>> pattern_properties;
  const SchemaNode* additional = nullptr;
  const SchemaNode* names = nullptr;
  std::optional<uint64_t> min_properties, max_properties;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<SchemaProperty> dependent_schemas;

  const SchemaNode* ref = nullptr;
  std::vector<const SchemaNode*> all_of, any_of, one_of;
  const SchemaNode* not_ = nullptr;
  const SchemaNode* if_ = nullptr;
  const SchemaNode* then_ = nullptr;
  const SchemaNode* else_ = nullptr;

  bool checks_objects = false;  ///< any keyword about members; set by the compiler
  bool checks_arrays = false;
  bool checks_numbers = false;
};

struct SchemaProgram {
  std::vector<std::unique_ptr<SchemaNode>> nodes;
  std::vector<std::unique_ptr<SchemaPattern>> patterns;
  const SchemaNode* root = nullptr;
};

/// Compiles a schema document; see JsonSchema::Compile.
Result<std::unique_ptr<SchemaProgram>> CompileSchema(const Json& schema, SchemaOptions options);

/// Checks `value`. With `violations` null it only answers.
bool CheckSchema(const SchemaProgram& program, const Json& value, std::vector<SchemaViolation>* violations);

/// "/a~1b" + "c" -> the pointer one level deeper.
std::string JoinPointer(std::string_view pointer, std::string_view token);

}  // namespace yk::text
