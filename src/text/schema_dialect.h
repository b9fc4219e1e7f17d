// SPDX-License-Identifier: Apache-2.0
// Which draft a schema is written in, and which of its keywords are refused. Internal to text/.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace yk::text {

/// Which rules hold where the drafts disagree.
enum class SchemaDialect {
  kDraft7,    ///< $ref hides its siblings, `items` may be a list
  kModern,    ///< 2020-12 as written
  kUnstated,  ///< no $schema, or 2019-09: 2020-12 that still understands draft 7's list form of `items`
};

/// The dialect that $schema names; fails (invalid) for one that is not understood.
Result<SchemaDialect> DialectOf(const Json& schema);

/// "JSON Schema: <keyword> at "<pointer>/<keyword>" <why>".
Failure Refuse(std::string_view pointer, std::string_view keyword, std::string_view why);

/// Fails when the schema at `pointer` uses a keyword that asserts something and is never checked in this dialect.
Result<void> RefuseKeywords(const Json& schema, std::string_view pointer, SchemaDialect dialect);

}  // namespace yk::text
