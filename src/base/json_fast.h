// SPDX-License-Identifier: Apache-2.0
// The quick parser behind ParseJson and PickJson; private to this folder.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace yk {

/// What nlohmann's parser would give, in a fraction of its time; nothing for a text that simdjson refuses, be it wrong
/// or only unusual (numbers beyond 64 bits, deep nesting), and in builds without simdjson.
std::optional<Json> ParseFast(std::string_view text);

/// Whether the text is well-formed UTF-8. May say no in builds without simdjson.
bool IsUtf8Fast(std::string_view text);

}  // namespace yk
