// SPDX-License-Identifier: Apache-2.0
#include "base/json_digits.h"

#include <algorithm>
#include <string>

namespace yk {
namespace {

/// Behind the string whose quote stands before `at`.
size_t EndOfString(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

/// Whether a literal is a whole number that neither kind of 64-bit number holds.
bool BeyondSixtyFourBits(std::string_view literal) {
  const bool negative = literal.starts_with('-');
  const std::string_view digits = literal.substr(negative ? 1 : 0);
  if (digits.size() < 19 || digits.front() == '0') return false;
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const std::string_view largest = negative ? "9223372036854775808" : "18446744073709551615";
  return digits.size() != largest.size() ? digits.size() > largest.size() : digits > largest;
}

/// The text with such numbers in quotes; empty when there are none.
std::string WithLargeNumbersQuoted(std::string_view text) {
  std::string out;
  size_t copied = 0;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = EndOfString(text, at + 1);
      continue;
    }
    if (text[at] != '-' && (text[at] < '0' || text[at] > '9')) {
      ++at;
      continue;
    }
    const size_t end = std::min(text.find_first_not_of("0123456789+-.eE", at), text.size());
    const size_t next = text.find_first_not_of(" \t\r\n", end);
    const bool key = next != std::string_view::npos && text[next] == ':';  // which is a mistake, and stays one
    if (!key && BeyondSixtyFourBits(text.substr(at, end - at))) {
      out.append(text.substr(copied, at - copied)).append("\"").append(text.substr(at, end - at)).append("\"");
      copied = end;
    }
    at = end;
  }
  return copied == 0 ? out : out.append(text.substr(copied));
}

}  // namespace

Result<Json> ParseJsonKeepingDigits(std::string_view text) {
  const std::string quoted = WithLargeNumbersQuoted(text);
  if (!quoted.empty()) {
    if (auto value = ParseJson(quoted)) return value;
  }
  return ParseJson(text);  // its error names the place in the text as it was given
}

}  // namespace yk
