// SPDX-License-Identifier: Apache-2.0
// Where the names inside a schema document lead: $id, $anchor, $ref.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"

namespace yk::text {

/// `reference` seen from `base`, as RFC 3986 5.2 resolves it (dot segments are removed).
std::string ResolveUri(std::string_view base, std::string_view reference);

/// An index of one schema document. Keeps a reference to it.
class SchemaRefs {
 public:
  /// `ref_hides_siblings`: draft 7, where an $id beside $ref is not one.
  SchemaRefs(const Json& document, bool ref_hides_siblings);

  /// The JSON pointer that `ref`, standing in the schema at `pointer`, leads to; nothing when it leaves the document.
  std::optional<std::string> Resolve(std::string_view pointer, std::string_view ref) const;

  /// The value at a JSON pointer of the document, or nullptr.
  const Json* At(std::string_view pointer) const;

 private:
  void Walk(const Json& schema, const std::string& pointer, std::string base, int depth);
  void WalkChildren(const Json& schema, const std::string& pointer, const std::string& base, int depth);
  const std::string& BaseOf(std::string_view pointer) const;

  const Json& document_;
  bool ref_hides_siblings_;
  std::unordered_map<std::string, std::string> bases_;      ///< pointer of a schema -> its base URI
  std::unordered_map<std::string, std::string> resources_;  ///< URI without fragment -> pointer
  std::unordered_map<std::string, std::string> anchors_;    ///< URI#name -> pointer
};

}  // namespace yk::text
