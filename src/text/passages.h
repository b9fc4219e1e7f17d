// SPDX-License-Identifier: Apache-2.0
// A document cut into pieces that fit a prompt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

/// Part of every id: raised when the cutting rules change.
inline constexpr int kPassageVersion = 1;

struct PassageOptions {
  size_t tokens_max = 6000;     ///< by EstimateTokens; a passage is never larger, save for one unbreakable code point
  size_t overlap_tokens = 200;  ///< whole sentences of the passage before, repeated at the front; below tokens_max / 2
  bool break_at_pages = false;  ///< a page always begins a passage; else pages only attract the cut
  std::vector<Range> pages;     ///< bytes of each page in order; empty: the text is one page
  std::string source_id;        ///< the document's own identity, not its content
};

struct Passage {
  std::string id;       ///< 32 hex digits: hash(source id, normalised text, occurrence no., kPassageVersion)
  Range range;          ///< in the document, overlap included
  size_t fresh = 0;     ///< byte where text begins that no earlier passage holds
  size_t tokens = 0;    ///< estimate for `range`
  size_t page = 0;      ///< 0-based page of range.begin
  std::string heading;  ///< last heading at or before `fresh`, white space squeezed; may be empty
};

/// Cuts at page breaks, headings, blank lines, lines, sentences, in that order of preference; a table row (a line
/// with tabs) is never cut while it fits. Fresh ranges cover the text without gap. Edits elsewhere in the document
/// leave an id alone as long as the piece's own text stays.
std::vector<Passage> SplitPassages(std::string_view text, const PassageOptions& options);

/// Tokens of a text for a typical byte-pair vocabulary: about 4 Latin letters, 3 digits or 1 CJK character each; one
/// per punctuation mark. Deliberately a little high.
size_t EstimateTokens(std::string_view text);

}  // namespace yk::text
