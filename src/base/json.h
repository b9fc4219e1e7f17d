// SPDX-License-Identifier: Apache-2.0
// The only place that names the JSON library. Key order is kept, because it is the column order users see.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace yk {

using Json = nlohmann::ordered_json;

/// Strict RFC 8259, at most 1,000 levels deep. The error names line, column and what was expected.
Result<Json> ParseJson(std::string_view text);

/// One line, keys as they stand, invalid UTF-8 replaced by U+FFFD instead of throwing.
std::string DumpJson(const Json& value);

/// Indented by two spaces, for people.
std::string DumpJsonPretty(const Json& value);

/// Keys sorted at every depth, no white space: equal values give equal bytes. For hashing.
std::string CanonicalJson(const Json& value);

}  // namespace yk
