// SPDX-License-Identifier: Apache-2.0
// A page on its way into a document, and what is decided when all pages are known. Pure: knows no PDF library.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "formats/page_layout.h"
#include "reader/document.h"

namespace yk::formats {

/// A line near the upper or lower edge of a page: perhaps a running head or foot.
struct EdgeLine {
  std::u32string shown{};
  std::u32string key{};  ///< without white space, digits masked: equal on every page for "Page 3 of 9"
  double height = 0;     ///< where it stands, as a share of the page
  std::vector<std::pair<int64_t, int64_t>> ranges{};  ///< in the page's text, in order
};

/// Offsets count code points of `text`.
struct PageDraft {
  int number = 1;
  double width = 0, height = 0;
  std::u32string text{};
  std::vector<TextBlock> blocks{};
  std::vector<reader::Span> spans{};     ///< when asked for
  std::vector<EdgeLine> head{}, foot{};  ///< outermost first
};

/// Lays the words out and notes the lines at the page's edges.
PageDraft DraftPage(const std::vector<Word>& words, double width, double height, bool spans);

/// Takes ranges (in order, without overlap) out of the page's text, and the line breaks that they leave behind.
void Cut(PageDraft& page, const std::vector<std::pair<int64_t, int64_t>>& ranges);

/// Lines that most pages have at the same height, as metadata shows them.
struct RunningLines {
  std::vector<std::string> heads, feet;
};

/// Takes running heads and feet out of the pages: a line that stands at the same height on at least three pages and on
/// most of all (or of the odd or even ones), digits aside. It stays where it stands first, because it may be the title
/// or name the writer, unless it is a number only; no page loses all its text.
RunningLines RemoveRunningLines(std::vector<PageDraft>& pages);

/// The size most letters of the pages are set in; 0: unknown.
double BodyFontSize(const std::vector<PageDraft>& pages);

/// Paragraphs, and headings: short blocks in letters larger than the body's; the largest have level 1.
class BlockKinds {
 public:
  explicit BlockKinds(const std::vector<PageDraft>& pages);
  reader::Block Of(const TextBlock& block, int64_t page_begin) const;

 private:
  double body_ = 0;
  std::vector<double> sizes_;  ///< of headings, largest first
};

/// The pages one after the other, as the text, pages, blocks and spans of a document that has none yet.
void JoinPages(std::vector<PageDraft> pages, reader::Document& document);

}  // namespace yk::formats
