// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reader/table.h"

namespace yk::reader {

/// A page's share of Document::text, in code points, end exclusive. A slide or a sheet of a workbook is a page.
struct Page {
  int number = 1;  ///< as printed in evidence: 1-based; counted anew in each part
  int64_t begin = 0;
  int64_t end = 0;
  int part = 0;                  ///< index in Document::parts
  double width = 0, height = 0;  ///< points; 0: unknown
};

/// A file inside the file whose text is part of this text: an attachment of a mail.
struct Part {
  std::string name{};  ///< "report.pdf", "forwarded.eml/report.pdf"; empty: the file itself
  std::string mime{};
};

enum class BlockKind { kParagraph, kHeading, kListItem, kTable, kQuote, kCaption };

std::string_view BlockKindName(BlockKind kind);  ///< "paragraph", "heading", "list_item", "table", "quote", "caption"
std::optional<BlockKind> ParseBlockKind(std::string_view name);

/// A piece of the text, in reading order. Blocks do not overlap; text between them is white space.
struct Block {
  BlockKind kind = BlockKind::kParagraph;
  int64_t begin = 0, end = 0;  ///< code points of the text
  int level = 0;               ///< of a heading (1 = highest) or a quotation (1 = quoted once)
  int table = -1;              ///< index in Document::tables of a table's text
};

/// Where some characters stand on their page: usually a word. In text order.
struct Span {
  int64_t begin = 0, end = 0;
  Box box{};
};

/// A file that came inside this one.
struct Attachment {
  std::string name{};
  std::string mime{};
  uint64_t size = 0;      ///< decoded bytes
  std::string sha256{};   ///< of the decoded bytes, hex
  int part = -1;          ///< index in Document::parts when its text was read
  std::string problem{};  ///< a sentence when its text could not be read
};

/// "author", "created" …; of a mail "subject", "from", "to", "date" and so on.
struct MetadataField {
  std::string name{};
  std::vector<std::string> values{};
  bool list = false;  ///< a field that may have several values, such as "to"; else `values` holds exactly one
};

/// What a file says: text in reading order with its pages. Offsets count code points of `text`.
struct Document {
  std::string file{};                  ///< as shown to users
  std::string mime{};                  ///< "application/pdf", "text/plain", "text/markdown", …
  std::string text{};                  ///< UTF-8, valid
  std::vector<Page> pages{};           ///< at least one, contiguous, covering the text
  std::vector<Part> parts = {Part{}};  ///< at least one: the file itself comes first
  std::string title{};
  std::vector<MetadataField> metadata{};  ///< what the file says about itself, each name once
  std::vector<Block> blocks{};
  std::vector<Table> tables{};  ///< when asked for (Want::tables)
  std::vector<Span> spans{};    ///< when asked for (Want::spans), for formats that have places
  std::vector<Attachment> attachments{};
  std::vector<std::string> notes{};  ///< what a user should know about how it was read, as sentences

  /// The first value of a metadata field; empty when there is none.
  std::string MetadataValue(std::string_view name) const;

  /// The page that holds code point `at`: its number, counted in its part.
  int PageOf(int64_t at) const;
  /// Index in `pages` of the page that holds code point `at`.
  size_t PageIndexOf(int64_t at) const;
  /// `file`, with the part's name behind it where `at` is in an attachment: "mail.eml/report.pdf".
  std::string FileOf(int64_t at) const;
};

}  // namespace yk::reader
