// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/json.h"

namespace yk::text {

/// The same schema with the $refs of its root, and those of the root's allOf, anyOf and oneOf, written out, so that a
/// property can be added to it. A $ref that leads nowhere, into itself or to a schema with an $id of its own stays.
Json WithRootWrittenOut(const Json& schema);

/// Adds a property to an object schema whose root is written out. Parts of the root that allow no other properties
/// learn its name as well.
void AddRootProperty(Json& schema, const std::string& name, Json property);

}  // namespace yk::text
