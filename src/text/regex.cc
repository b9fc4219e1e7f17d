// SPDX-License-Identifier: Apache-2.0
#include "text/regex.h"

#include <re2/re2.h>

namespace yk::text {

struct Regex::Program {
  explicit Program(const std::string& expression) : regex(expression, re2::RE2::Quiet) {}
  re2::RE2 regex;
};

Result<Regex> Regex::Compile(const std::string& expression) {
  auto program = std::make_shared<const Program>(expression);
  if (program->regex.ok()) return Regex(std::move(program));
  return Fail(Code::kInvalid, "the regular expression '{}' is not valid: {}", expression, program->regex.error());
}

bool Regex::Matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), program_->regex);
}

std::optional<Range> Regex::Find(std::string_view text, size_t from) const {
  re2::StringPiece match;
  if (from > text.size() || !program_->regex.Match(re2::StringPiece(text.data(), text.size()), from, text.size(),
                                                   re2::RE2::UNANCHORED, &match, 1)) {
    return std::nullopt;
  }
  const auto begin = static_cast<size_t>(match.data() - text.data());
  return Range{begin, begin + match.size()};
}

int Regex::ReplaceAll(std::string* text, const std::string& with) const {
  return re2::RE2::GlobalReplace(text, program_->regex, with);
}

}  // namespace yk::text
