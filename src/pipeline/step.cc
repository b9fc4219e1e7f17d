// SPDX-License-Identifier: Apache-2.0
#include "pipeline/step.h"

namespace yk::pipeline {

std::string RowText(const Row& row) {
  if (row.document != nullptr) return row.document->text;
  if (const auto text = row.fields.find("text"); text != row.fields.end() && text->is_string()) {
    return text->get<std::string>();
  }
  std::string out;
  for (const auto& [name, value] : row.fields.items()) {
    if (value.is_null()) continue;
    out += name + ": " + (value.is_string() ? value.get<std::string>() : DumpJson(value)) + "\n";
  }
  return out;
}

}  // namespace yk::pipeline
