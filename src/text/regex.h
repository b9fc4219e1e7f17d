// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/range.h"

namespace yk::text {

/// A regular expression in RE2's syntax, for other folders. Matching is linear in the text.
class Regex {
 public:
  /// kInvalid: what is wrong with the expression.
  static Result<Regex> Compile(const std::string& expression);

  /// Whether it matches somewhere in the text.
  bool Matches(std::string_view text) const;
  /// The leftmost match that begins at or after `from`; ^ means the beginning of the text, not `from`.
  std::optional<Range> Find(std::string_view text, size_t from = 0) const;

  /// Every match in the text is replaced; \\1 stands for the first group. How many there were.
  int ReplaceAll(std::string* text, const std::string& with) const;

 private:
  struct Program;
  explicit Regex(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

}  // namespace yk::text
