// SPDX-License-Identifier: Apache-2.0
#include "text/schema_dialect.h"

#include "text/schema_program.h"

namespace yk::text {

Failure Refuse(std::string_view pointer, std::string_view keyword, std::string_view why) {
  return Fail(Code::kInvalid, "JSON Schema: {} at \"{}\" {}", keyword, JoinPointer(pointer, keyword), why);
}

Result<SchemaDialect> DialectOf(const Json& schema) {
  if (!schema.is_object() || !schema.contains("$schema")) return SchemaDialect::kUnstated;
  const Json& uri = schema["$schema"];
  if (uri.is_string()) {
    std::string_view name = uri.get_ref<const std::string&>();
    if (name.ends_with('#')) name.remove_suffix(1);
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (name.starts_with(scheme)) name.remove_prefix(scheme.size());
    }
    if (name == "json-schema.org/draft/2020-12/schema") return SchemaDialect::kModern;
    if (name == "json-schema.org/draft/2019-09/schema" || name == "json-schema.org/schema")
      return SchemaDialect::kUnstated;
    if (name == "json-schema.org/draft-07/schema" || name == "json-schema.org/draft-06/schema") {
      return SchemaDialect::kDraft7;
    }
  }
  return Refuse("", "$schema", fmt::format("is {}; understood are drafts 2020-12 and 7", DumpJson(uri)));
}

Result<void> RefuseKeywords(const Json& schema, std::string_view pointer, SchemaDialect dialect) {
  for (const std::string_view keyword : {"$dynamicRef", "$recursiveRef"}) {
    if (schema.contains(keyword)) return Refuse(pointer, keyword, "cannot be checked; use $ref");
  }
  if (dialect != SchemaDialect::kDraft7) return {};
  for (const std::string_view keyword : {"prefixItems", "dependentRequired", "dependentSchemas", "minContains",
                                         "maxContains", "unevaluatedItems", "unevaluatedProperties"}) {
    if (schema.contains(keyword)) {
      return Refuse(pointer, keyword, "is a keyword of draft 2020-12, but $schema says draft 7; change $schema");
    }
  }
  return {};
}

}  // namespace yk::text
