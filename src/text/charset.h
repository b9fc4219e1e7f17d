// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace yk::text {

struct Decoded {
  std::string text;      ///< valid UTF-8 without a byte order mark
  std::string charset;   ///< "UTF-8", "UTF-16LE", "ISO-2022-JP", "CP932", "EUC-JP", "windows-1252", …
  bool guessed = false;  ///< several charsets would have fit; a detector chose
};

/// Finds the charset and decodes. Order: byte order marks; ISO-2022-JP by its escapes; UTF-8, when bytes beyond ASCII
/// fit it; `declared`, what a mail header or HTML page claims, when it decodes strictly; UTF-16 by its zeros or kana;
/// damaged UTF-8; CP932 and EUC-JP, whichever accepts every byte, and where both do, the one that gives more kana and
/// common kanji, unless it is EUC-JP without kana and reads as Chinese or Korean; uchardet and ICU on
/// inputs of 30 bytes or more; windows-1252. Errors: kInvalid when nothing fits or the bytes are binary data.
Result<Decoded> DecodeText(std::string_view bytes, std::string_view declared = {});

/// Strict: kInvalid names the charset and the byte offset of the first byte that does not fit. "Shift_JIS" is read as
/// CP932.
Result<std::string> DecodeAs(std::string_view bytes, std::string_view charset);

/// The bytes of `text` in `charset`. kInvalid: unknown charset, or a character that it does not have.
Result<std::string> EncodeAs(std::string_view text, std::string_view charset);

}  // namespace yk::text
