// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "constrain/rules.h"

namespace yk::constrain {

struct GrammarOptions {
  /// {"a":1,"b":2} costs fewer tokens; {"a": 1, "b": 2} is what models write by default.
  bool compact = false;
  /// Levels of lists and objects in a value, where a recursive or missing schema leaves that open.
  uint32_t nesting_max = 16;
};

/// A JSON Schema compiled to a byte-level pushdown automaton: which bytes may come next in a model's answer, so that
/// the whole is valid. Schemas mean what text::JsonSchema says. Immutable, thread-safe.
///
/// Answers are a part of what the schema allows, chosen so that a model has little to get wrong: properties in the
/// order of the schema, each at most once, optional ones may be left out; no name beyond the declared ones (free names
/// only where none is declared); no white space but the fixed separators; numbers of at most 18 digits without "-0";
/// texts of an enum as DumpJson writes them. Every state can be completed.
class Grammar {
 public:
  /// kInvalid: no schema, one that JsonSchema refuses, or one that no value fits (the error names the place).
  static Result<std::shared_ptr<const Grammar>> Compile(const Json& schema, GrammarOptions options = {});

  /// What cannot be enforced byte by byte and has to be validated afterwards: "/properties/x: not", sorted. When it is
  /// empty, every whole answer is valid.
  const std::vector<std::string>& unenforced() const { return unenforced_; }

  /// An upper bound for the bytes of an answer; unset when the schema sets none.
  const std::optional<uint64_t>& longest_bytes() const { return longest_bytes_; }

  const Rules& rules() const { return rules_; }

 private:
  Grammar() = default;
  Rules rules_;
  std::vector<std::string> unenforced_;
  std::optional<uint64_t> longest_bytes_;
};

}  // namespace yk::constrain
