// SPDX-License-Identifier: Apache-2.0
// What a parser is to the rest of the reader: a row in the table of formats (formats.cc).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/office_kind.h"
#include "reader/wire.h"

namespace yk::formats {

/// Reads one content. `request.name` is its name (of the member, inside a container), `request.options.member` what is
/// asked for inside it. `bytes` stay while it runs. Errors are reader::ReasonError; exceptions end in ReadContent.
using Parser = Result<reader::ReadAnswer> (*)(const reader::ReadRequest& request, std::string_view bytes);

class Container;

/// Opens a content of one format; null when it is none of that kind after all and is read as a whole. `bytes` outlive
/// the container.
using Opener = Result<std::unique_ptr<Container>> (*)(const reader::ReadRequest& request, std::string_view bytes);

struct Format {
  std::string_view name;                      ///< for messages: "PDF", "Excel workbook"
  std::span<const std::string_view> endings;  ///< ".pdf", lower case
  bool (*recognise)(std::string_view bytes);  ///< by content; null: the ending or `office` alone decides
  Parser read;
  bool container = false;  ///< holds files or messages that can be read one by one: kList, options.member
  OfficeKind office = OfficeKind::kNone;  ///< a zip archive of this kind is of this format
  Opener open = nullptr;  ///< of a container that can stay open between its members; else `read` finds them
};

/// Every format, those with the surest signs first; plain text is the last.
std::span<const Format> Formats();

/// The format of a content: by its signs, else by the name's ending; nullptr when it is none of ours.
const Format* FindFormat(std::string_view name, std::string_view bytes);

/// The name's ending in lower case with its dot: ".pdf"; empty when it has none.
std::string LowerEnding(std::string_view name);

}  // namespace yk::formats
