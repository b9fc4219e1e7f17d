// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yk::reader {

/// A page's share of Document::text, in code points, end exclusive.
struct Page {
  int number = 1;  ///< as printed in evidence: 1-based
  int64_t begin = 0;
  int64_t end = 0;
};

/// What a file says: text in reading order with its pages. Offsets count code points of `text`.
struct Document {
  std::string file;  ///< as shown to users
  std::string mime;  ///< "application/pdf", "text/plain", "text/markdown", …
  std::string text;  ///< UTF-8, valid
  std::vector<Page> pages;  ///< at least one, contiguous, covering the text
  std::string title;
  std::vector<std::string> notes;  ///< what a user should know about how it was read, as sentences

  /// The page that holds code point `at`.
  int PageOf(int64_t at) const;
};

}  // namespace yk::reader
