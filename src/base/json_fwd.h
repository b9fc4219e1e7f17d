// SPDX-License-Identifier: Apache-2.0
// Forward declaration of yk::Json for headers that only pass it by reference.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace yk {
using Json = nlohmann::ordered_json;
}  // namespace yk
