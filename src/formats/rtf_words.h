// SPDX-License-Identifier: Apache-2.0
// What control words and code pages of Rich Text Format stand for.
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// \fcharset of a font -> Windows code page; 0: unknown.
int RtfCodePage(int charset);

/// Bytes of the font's code page, else the document's, as UTF-8. A code page of 0 is not tried.
std::string DecodeRtf(std::string_view bytes, int code_page, int document_code_page);

/// Groups whose text is not the document's. Unknown groups that begin with \* are not either.
bool IsSkippedRtf(std::string_view word);

/// The metadata name of a field of the document's information; empty for others.
std::string_view RtfInfoField(std::string_view word);

/// The character that a control word stands for; 0 for others.
char32_t RtfSymbol(std::string_view word);

/// Whether a group holds a page header or footer: \header, \headerf, \footerl …
bool IsRunningRtf(std::string_view word);

/// A field of the text: PAGE, EQ, FORMCHECKBOX …
struct RtfField {
  static constexpr int kAsAtFirst = 25;  ///< how a check box says that nobody has touched it

  std::string instruction;
  bool shown = false;  ///< it has a result, which stands in the text
  int checked = kAsAtFirst;
  int checked_at_first = 0;

  /// What a field shows that stores no result; empty for others.
  std::string TextWithoutResult() const;
};

}  // namespace yk::formats
