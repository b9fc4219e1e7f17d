// SPDX-License-Identifier: Apache-2.0
// JSON written piece by piece and read in places, without building a Json: for what every row passes through.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace yk {

/// What DumpJson gives, at the end of `out`.
void AppendJson(const Json& value, std::string& out);
void AppendJsonText(std::string_view text, std::string& out);

/// An object as text. The caller sees to it that no name comes twice.
class ObjectText {
 public:
  /// Where the value of the next member is to be appended.
  std::string& Member(std::string_view name);
  bool empty() const { return text_.empty(); }
  std::string Take() &&;

 private:
  std::string text_;
};

/// The values at JSON pointers such as "/choices/0/message", in the order of `pointers`; null for one that leads
/// nowhere. Nothing at all when the text cannot be read in this quick way, be it wrong or only unusual: ParseJson tells
/// which. Of a repeated name the first counts here.
std::optional<std::vector<Json>> PickJson(std::string_view text, std::span<const char* const> pointers);

}  // namespace yk
