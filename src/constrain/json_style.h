// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace yk::constrain {

/// What stands between the parts of an answer: what models write by default, or nothing to spare. There is no other
/// white space in an answer.
struct JsonStyle {
  bool compact = false;

  std::string_view after_item() const { return compact ? "," : ", "; }
  std::string_view after_key() const { return compact ? ":" : ": "; }
};

/// A value as an answer writes it: texts and numbers as DumpJson does, in this style.
std::string Written(const Json& value, JsonStyle style);

}  // namespace yk::constrain
