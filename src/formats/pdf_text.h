// SPDX-License-Identifier: Apache-2.0
// Words of PDF pages, and what can be told about a page without reading it.
#pragma once

#include <cstddef>
#include <vector>

#include "formats/page_layout.h"
#include "formats/table_marks.h"

class PDFDoc;

namespace yk::formats {

struct PdfPage {
  std::vector<Word> words;  ///< in poppler's order; boxes relative to the page as seen (cropped and turned)
  double width = 0, height = 0;
  bool readable = true;
};

/// `marks` (may be null) receives the page's words and ruling lines, found in the same pass.
PdfPage ReadPdfPage(PDFDoc& document, int number, PageMarks* marks = nullptr);

/// How many characters a text has and what they are worth.
struct CharacterCount {
  size_t letters = 0;   ///< letters of any script and digits
  size_t visible = 0;   ///< characters that are not white space
  size_t unmapped = 0;  ///< of them: private use, U+FFFD

  void Add(std::u32string_view text);
  CharacterCount& operator+=(const CharacterCount& other);

  /// Text that is mostly characters without meaning is worse than none: values would be made of it. A font without a
  /// character map also shows as signs and hardly a letter.
  bool IsUnmappable() const { return unmapped * 2 > visible || (visible >= 4 && letters * 4 < visible); }
};

CharacterCount CountCharacters(const std::vector<Word>& words);

/// The share of the page that its largest picture covers, 0 to 1.
double LargestPictureShare(PDFDoc& document, int number);

}  // namespace yk::formats
