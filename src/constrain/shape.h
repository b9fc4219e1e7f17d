// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "text/schema_program.h"

namespace yk::constrain {

/// Schemas that a value has to fit all at once, in the order in which they were met.
using Nodes = std::vector<const text::SchemaNode*>;

/// "/properties/x: not", as Grammar::unenforced lists it.
std::string Note(const text::SchemaNode& node, std::string_view keyword);

/// One alternative of a schema: $ref and allOf are followed, a branch is chosen of each anyOf and oneOf. What is left
/// are the nodes' own keywords.
struct Shape {
  Nodes nodes;
  uint8_t types = 0;  ///< bits of text::SchemaType that all of them allow; kNumberType comes with kIntegerType
  std::vector<std::string> notes;                                  ///< of combining keywords that are not enforced
  std::vector<std::pair<const text::SchemaNode*, size_t>> chosen;  ///< branches of oneOf

  /// Whether enum or const lists the values.
  bool listed() const;
  /// Names of required properties in schema order, with those that a required one brings with it.
  std::vector<std::string> Required() const;
  /// Names of declared properties in schema order, then those that are only required.
  std::vector<std::string> Names() const;
};

/// The alternatives of a value that fits all `nodes`; none when there is no such value. More than a few hundred are not
/// told apart: anyOf and oneOf are then noted as not enforced.
std::vector<Shape> ShapesOf(const Nodes& nodes);

/// Whether the value fits the schema; exact.
bool FitsNode(const text::SchemaNode& node, const Json& value);
bool FitsAll(const Nodes& nodes, const Json& value);

/// A schema that refers to itself without a step into the value, which no value satisfies; nullptr when there is none.
const text::SchemaNode* FindEndlessNode(const text::SchemaProgram& program);

}  // namespace yk::constrain
