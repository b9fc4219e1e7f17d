// SPDX-License-Identifier: Apache-2.0
// Text, blocks, tables and pages of a document while it is being read: offsets and limits are kept right here, once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/document.h"
#include "reader/read_options.h"
#include "reader/wire.h"
#include "text/charset.h"

namespace yk::formats {

/// Appends what a reader finds in reading order. Pages outside limits.first_page … last_page are counted and left out.
class DocumentBuilder {
 public:
  /// `gap` stands between blocks; list items and table rows follow each other by one line end in any case.
  explicit DocumentBuilder(const reader::ReadOptions& options, std::string_view gap = "\n")
      : options_(options), gap_(gap) {}

  /// Opens the next page; the first one opens by itself.
  void NextPage();
  int pages() const { return pages_; }

  /// White space around the text goes; nothing is added for an empty text.
  void Add(reader::BlockKind kind, std::string_view text, int level = 0);
  void Paragraph(std::string_view text) { Add(reader::BlockKind::kParagraph, text); }

  /// The table's text, rows as lines and cells between tabs, and the table itself when it is wanted.
  void AddTable(reader::Table table);

  /// A table whose content is already in the text in another form.
  void KeepTable(reader::Table table);

  /// Only when the value is not empty and the name is new.
  void Metadata(std::string_view name, std::string_view value);
  /// Metadata "encoding", as Python and browsers call it ("utf-8", "cp932"), and a note when it was guessed.
  void Encoding(const text::Decoded& decoded);
  void Note(std::string note) { document_.notes.push_back(std::move(note)); }
  void Title(std::string_view title);
  const std::string& title() const { return document_.title; }

  /// Whether a limit is passed: adding more is useless, Finish fails.
  bool full() const { return !problem_.empty(); }

  /// kResourceLimit, kNoPages when the pages asked for are not there, kNoText when nothing was added.
  Result<reader::ReadAnswer> Finish(std::string_view mime);

 private:
  bool Wanted();
  void Append(std::string_view text);
  void Separate(std::string_view gap);

  const reader::ReadOptions& options_;
  const std::string gap_;
  reader::Document document_;
  int pages_ = 0;
  int64_t length_ = 0;  ///< of the text, in code points
  int64_t cells_ = 0;
  std::string problem_;  ///< the limit that was passed, as a sentence
};

/// A table as text: rows as lines, cells between tabs.
std::string TableText(const reader::Table& table);

/// "utf-8", "cp932", "euc-jp": a charset's name in metadata.
std::string EncodingName(std::string_view charset);

/// Text without white space at both ends (also U+3000 and U+00A0) and without control characters but tab and line end.
std::string CleanText(std::string_view text);

enum class Keep { kLines, kFormFeeds };

/// Tab and line end stay (CRLF and CR become line ends), form feeds if so wished; other control characters go.
std::string CleanLines(std::string_view text, Keep keep = Keep::kLines);

}  // namespace yk::formats
