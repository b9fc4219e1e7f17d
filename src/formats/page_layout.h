// SPDX-License-Identifier: Apache-2.0
// From words with boxes to text in reading order. Pure: knows no PDF library.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reader/document.h"

namespace yk::formats {

/// A word as it stands on the page: points, origin top-left, y downwards.
struct Word {
  std::u32string text;
  double left = 0, top = 0, right = 0, bottom = 0;
  int rotation = 0;          ///< quarter turns clockwise that the baseline is turned by
  bool vertical = false;     ///< written top to bottom (Japanese vertical writing)
  bool space_after = false;  ///< the PDF library saw a gap behind the word
  double font_size = 0;      ///< points; 0: unknown
};

/// Where a word came to stand in the text.
struct PlacedWord {
  size_t word = 0;             ///< index in the words given
  int64_t begin = 0, end = 0;  ///< code points
};

/// Lines that belong together, and the letters they are set in.
struct TextBlock {
  int64_t begin = 0, end = 0;
  int lines = 0;
  double font_size = 0;  ///< on average
};

struct LaidPage {
  std::u32string text;
  std::vector<PlacedWord> words;  ///< in the order of the text
  std::vector<TextBlock> blocks;
};

/// The page's text: words of a line joined, lines parted by one newline, blocks by an empty line. The words come in the
/// PDF library's order; where that order jumps between columns, our own column order is used. A word broken by a hyphen
/// at the line's end is made whole when the next line goes on in lower case.
LaidPage LayOutPage(const std::vector<Word>& words);

/// A box around what a word covers, as documents carry it.
reader::Box BoxOf(const Word& word);

}  // namespace yk::formats
