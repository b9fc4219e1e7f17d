// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "builtin/field_plan.h"
#include "text/schema_fields.h"

namespace yk::builtin {

/// A schema made ready for many texts. Immutable, thread-safe.
class Extractor {
 public:
  /// kInvalid: the schema does not describe an object with properties.
  static Result<std::shared_ptr<const Extractor>> Make(const Json& schema);

  /// {"<field>": value|null, …} and, when the schema asks for them, "_evidence" ({"quote","start","end"} in code
  /// points of the text, one per item for a list) and "_confidence" (0..1) for the fields that have a value. Every
  /// value has a quote; fields that cannot be answered are null. Linear in the text.
  Json Answer(std::string_view text) const;

 private:
  Extractor() = default;
  std::vector<text::SchemaField> fields_;  ///< without those that begin with "_"
  std::vector<FieldPlan> plans_;
  bool evidence_ = false;
  bool confidence_ = false;
};

}  // namespace yk::builtin
