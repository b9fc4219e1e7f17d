// SPDX-License-Identifier: Apache-2.0
// Folding for matching: what is matched on folded text is reported on the original.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

enum class Space {
  kKeep,     ///< every white space character becomes one U+0020; line feeds stay
  kSqueeze,  ///< a run becomes one U+0020; none at either end
  kDrop,     ///< no white space is left
};

struct FoldOptions {
  bool case_fold = false;         ///< Unicode simple case folding
  Space space = Space::kSqueeze;  ///< white space incl. U+3000, no-break and zero-width spaces, line breaks
  bool punctuation = false;       ///< curly quotes to " and ', dashes and minus signs to '-', wave dash to '~'
  bool drop_hyphens = false;      ///< with kDrop: every hyphen and dash goes, so that hyphenated line ends match
  bool keep_marks = false;        ///< ①, ², ½ stay: beside digits, ①5 and 5² would become 15 and 52
  /// With kKeep: between digits a no-break or thin space before a group of three becomes ', every other space but
  /// U+0020 a tab; the minus sign stays U+2212, so that it is no hyphen.
  bool numerals = false;
};

/// Text after NFKC (full width to half width, half-width kana to kana with its voicing mark, ㍻ to 平成) and the
/// options' foldings, and where each byte of it came from.
class FoldedText {
 public:
  const std::string& text() const { return text_; }
  /// The bytes of the original that gave `folded`, a non-empty range of text(). Widened to whole source segments: one
  /// half of ㍻ maps to the whole of it. An empty range maps to an empty one.
  Range Source(Range folded) const;

 private:
  friend class Folder;
  std::string text_;
  std::vector<uint32_t> begin_;  ///< per folded byte: source begin
  std::vector<uint32_t> end_;    ///< per folded byte: source end
};

/// Linear. Malformed bytes become U+FFFD. Texts are below 4 GiB.
FoldedText Fold(std::string_view text, const FoldOptions& options = {});
/// The folded text alone.
std::string FoldString(std::string_view text, const FoldOptions& options = {});

/// Full-width ASCII and spaces to ASCII, half-width kana to kana; nothing else changes.
std::string FoldWidth(std::string_view text);
std::string FoldCase(std::string_view text);
/// Runs of white space to one space, none at the ends.
std::string SqueezeSpace(std::string_view text);
/// The text without white space at its ends, U+3000 included.
std::string_view TrimSpace(std::string_view text);

bool IsSpace(char32_t c);
/// Han, kana and the marks written among them (々, ー): scripts that put no space between words.
bool IsCjk(char32_t c);
bool IsHan(char32_t c);
bool IsWordLetter(char32_t c);  ///< a letter or digit of a script that puts spaces between words

}  // namespace yk::text
