// SPDX-License-Identifier: Apache-2.0
// Text of mails: what headers and parts claim about their charset is often wrong, and no mail is given up for it.
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

struct MailText {
  std::string text;      ///< valid UTF-8
  std::string charset;   ///< what it was read as
  bool other = false;    ///< it was not what was declared
  bool damaged = false;  ///< some bytes fit nothing and became U+FFFD
};

/// `declared` where it fits, else what the bytes look like, else the declared one with its misfits replaced. Never
/// fails.
MailText DecodeMailText(std::string_view bytes, std::string_view declared);

/// A header's value as a person reads it: unfolded, encoded words (RFC 2047) decoded wherever they stand, raw bytes
/// beyond ASCII and raw ISO-2022-JP escapes decoded by their looks, `hint` (the body's charset) first.
std::string DecodeMailHeader(std::string_view raw, std::string_view hint = {});

/// LF line ends, no control characters but tab and LF, no white space at line ends of empty lines.
std::string CleanMailText(std::string_view text);

}  // namespace yk::formats
