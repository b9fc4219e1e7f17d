// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace yk::text {

/// A prompt template: text with {{field}} places, nothing else. Values are never parsed again, so a value that holds
/// {{x}} stays text.
class Template {
 public:
  struct Part {
    bool is_field = false;
    std::string text;   ///< the fixed text, or the field's name; after Render the field's value
    std::string field;  ///< name of the field; empty for fixed text
  };

  /// kInvalid: an unclosed {{ or an empty or odd name, with line and column.
  static Result<Template> Parse(std::string_view source);

  /// kInvalid: the first field that is not in `known`, with the nearest valid name and all valid names.
  Result<void> CheckFields(std::span<const std::string> known) const;

  /// Fixed text and values in order, neighbours of the same kind not merged. kInvalid: `value` has no answer for a
  /// field.
  Result<std::vector<Part>> Render(
      const std::function<std::optional<std::string>(std::string_view field)>& value) const;

  /// Each field once, in order of first use.
  const std::vector<std::string>& fields() const { return fields_; }
  const std::vector<Part>& parts() const { return parts_; }

 private:
  std::vector<Part> parts_;
  std::vector<std::string> fields_;
};

/// The candidate with the smallest edit distance to `name`, case ignored; empty when none is within a third of its
/// length (and two edits at least).
std::string NearestName(std::string_view name, std::span<const std::string> candidates);

}  // namespace yk::text
