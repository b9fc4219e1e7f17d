// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace yk::text {

/// What a word says as an answer to yes or no: true, yes, はい, 有, あり; false, no, いいえ, 無, なし. `folded`: after
/// FoldString with case_fold. Nothing for other words.
std::optional<bool> TruthOf(std::string_view folded);

}  // namespace yk::text
