// SPDX-License-Identifier: Apache-2.0
#include "constrain/json_style.h"

#include "base/json_text.h"

namespace yk::constrain {
namespace {

void Append(const Json& value, JsonStyle style, std::string& out) {
  if (!value.is_structured()) return AppendJson(value, out);
  const bool object = value.is_object();
  out += object ? '{' : '[';
  bool first = true;
  for (const auto& item : value.items()) {
    if (!first) out += style.after_item();
    first = false;
    if (object) {
      AppendJsonText(item.key(), out);
      out += style.after_key();
    }
    Append(item.value(), style, out);
  }
  out += object ? '}' : ']';
}

}  // namespace

std::string Written(const Json& value, JsonStyle style) {
  std::string out;
  Append(value, style, out);
  return out;
}

}  // namespace yk::constrain
