// SPDX-License-Identifier: Apache-2.0
// Words into lines, lines into chunks: what a gap, a ruling or a leader of dots sets apart.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "formats/table_marks.h"

namespace yk::formats {

/// A part of a line that may be the content of one cell.
struct Chunk {
  std::vector<const MarkedWord*> words;  ///< left to right, at least one
  reader::Box box;
  bool number = false;  ///< a number, a sign that stands for one ("–", "(X)", "n/a"), or a leader's end
};

struct TextLine {
  std::vector<Chunk> chunks;  ///< left to right, at least one
  reader::Box box;
  double base = 0;
  double size = 0;  ///< of its largest font
};

/// Whether a text stands where numbers stand: mostly digits, or a placeholder.
bool IsNumberLike(const std::u32string& text);
std::u32string TextOf(const Chunk& chunk);  ///< words joined as printed: no space between CJK
/// Appends with a space, but none between characters that are written without.
void AppendText(std::u32string& text, const std::u32string& more);

/// Lines from top to bottom. Words must outlive them.
std::vector<TextLine> BuildLines(std::span<const MarkedWord* const> words, std::span<const Rule> down);
Chunk MakeChunk(std::vector<const MarkedWord*> words);

/// "Table 3", "Exhibit B.4", "表 2": a line that names a table or a figure.
bool IsCaption(const std::u32string& text);
/// "Note:", "Source:", "* …", "1 …": a line under a table that is none of it.
bool IsNote(const std::u32string& text);

}  // namespace yk::formats
