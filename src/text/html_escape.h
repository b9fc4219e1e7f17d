// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::text {

/// Text for HTML and SVG, in elements and in quoted attributes; valid UTF-8, control characters made visible.
std::string EscapeHtml(std::string_view text);

}  // namespace yk::text
