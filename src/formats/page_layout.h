// SPDX-License-Identifier: Apache-2.0
// From words with boxes to text in reading order. Pure: knows no PDF library.
#pragma once

#include <string>
#include <vector>

namespace yk::formats {

/// A word as it stands on the page: points, origin top-left, y downwards.
struct Word {
  std::u32string text;
  double left = 0, top = 0, right = 0, bottom = 0;
  int rotation = 0;          ///< quarter turns clockwise that the baseline is turned by
  bool vertical = false;     ///< written top to bottom (Japanese vertical writing)
  bool space_after = false;  ///< the PDF library saw a gap behind the word
};

/// The page's text: words of a line joined, lines parted by one newline, blocks by an empty line. The words come in the
/// PDF library's order; where that order jumps between columns, our own column order is used. A word broken by a hyphen
/// at the line's end is made whole when the next line goes on in lower case.
std::u32string LayOutPage(const std::vector<Word>& words);

}  // namespace yk::formats
