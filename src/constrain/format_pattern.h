// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/schema_formats.h"

namespace yk::constrain {

/// Texts of a format, by expressions that all have to match. Everything they let through has the format, as
/// text::HasFormat judges; unusual forms (leap seconds, quoted mail addresses, "--" in host names) are not offered.
struct FormatPattern {
  std::vector<std::string> expressions;  ///< RE2's syntax; none: the format cannot be enforced
  uint32_t length_max = UINT32_MAX;      ///< code points
};

FormatPattern PatternOf(text::StringFormat format);

}  // namespace yk::constrain
