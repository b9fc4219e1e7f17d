// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yk {

/// Base64 (RFC 4648, section 4) with its padding.
std::string EncodeBase64(std::string_view bytes);

/// nullopt: characters that do not belong there, or padding that is missing. White space around it is forgiven.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace yk
