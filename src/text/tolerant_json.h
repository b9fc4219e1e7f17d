// SPDX-License-Identifier: Apache-2.0
// Reads the JSON a model meant out of the text it wrote.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace yk::text {

struct TolerantOptions {
  size_t bytes_max = 4u << 20;  ///< longer answers are refused
  size_t depth_max = 128;       ///< deeper nesting is refused
};

/// What a model's answer says, and what had to be mended to read it.
struct TolerantJson {
  Json value;
  std::vector<std::string> repairs;  ///< sentences, each kind once: "removed a code fence"; empty = strictly valid
  /// The answer broke off and we closed its brackets. What stands in `value` is complete as far as it goes: a text,
  /// number or word that was cut is left out. Treat it as truncation, not as a full answer.
  bool closed_by_us = false;
};

/// Strict JSON first; then without <think>…</think>, code fences, prose before and text after; then with a tolerant
/// reading of trailing and missing-by-line commas, single or typographic quotes, bare keys, comments, Python's
/// True/False/None, raw line ends in strings and full-width punctuation outside strings.
/// Only readings that leave no doubt are taken: a number such as "about 5" or a bare word as a value is an error.
/// Objects and lists are looked for; a lone scalar is accepted only when it is all the answer holds. When several stand
/// in the prose, those in a code fence go before the others, objects before lists, and among the rest the last one that
/// is at least half as long as the longest is taken (models draft first and answer last); a repair says so.
/// Fails (invalid) with a sentence that says where reading stopped. Time is linear in the answer; never throws.
Result<TolerantJson> ParseTolerantJson(std::string_view answer, TolerantOptions options = {});

}  // namespace yk::text
