// SPDX-License-Identifier: Apache-2.0
// What in a mail's text its sender wrote, what is quoted and what is the signature. Works on lines; English, Japanese
// and the words other mail programs put before a quotation.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace yk::formats {

struct MailRun {
  enum class Kind { kOwn, kQuote, kSignature };
  Kind kind = Kind::kOwn;
  int level = 0;              ///< of a quotation: 1 = quoted once
  size_t begin = 0, end = 0;  ///< bytes; whole lines
};

/// Runs of lines that cover `body` (UTF-8, LF line ends) in order. Linear in its lines.
std::vector<MailRun> SplitMailBody(std::string_view body);

}  // namespace yk::formats
