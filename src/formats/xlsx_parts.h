// SPDX-License-Identifier: Apache-2.0
// The parts of an Excel workbook (ECMA-376 part 1, chapter 18), each read by itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "base/result.h"
#include "formats/number_format.h"
#include "formats/workbook.h"
#include "reader/read_options.h"

namespace yk::formats {

/// What the cells of all sheets refer to.
struct XlsxBook {
  std::vector<std::string> strings;
  std::vector<NumberFormat> formats;  ///< each once
  std::vector<size_t> style_format;   ///< cell style -> index in formats
  bool epoch_1904 = false;
};

/// Calls `each` with every element of a name that the root, or its child of the name `parent`, has, in order. A large
/// part is parsed in pieces of a few megabytes, because a tree takes many times the memory of its text. `rest` is
/// called with the root of all else. Errors as of ParseXml, and those of the functions.
struct XmlPieces {
  std::string_view part;    ///< for messages
  std::string_view parent;  ///< "sheetData"; empty: the root
  std::string_view name;    ///< "row"
  size_t piece_bytes = size_t{4} << 20;
  std::function<Result<void>(const pugi::xml_node&)> each;
  std::function<Result<void>(const pugi::xml_node&)> rest;
};
Result<void> ForEachElement(std::string_view xml, const XmlPieces& pieces);

/// Child by name without prefix.
pugi::xml_node Child(const pugi::xml_node& node, std::string_view name);
/// Attribute by name without prefix; "" when there is none.
std::string_view Attribute(const pugi::xml_node& node, std::string_view name);

/// The text of a string item (<si>, <is>): runs of rich text joined, without phonetic guides.
std::string StringItem(const pugi::xml_node& item);
/// With the characters that "_x000D_" and the like stand for, then as CleanCellText.
std::string UnescapedText(std::string text);

Result<std::vector<std::string>> ReadSharedStrings(std::string_view xml, std::string_view part);
Result<void> ReadStyles(std::string_view xml, std::string_view part, XlsxBook& book);

/// One sheet. `count` is asked before cells are stored.
Result<Sheet> ReadXlsxSheet(std::string_view xml, std::string_view part, const XlsxBook& book,
                            const std::function<Result<void>(int64_t)>& count);

/// The formula of a cell `rows` below and `cols` right of the one it was written for: relative references move along.
std::string MoveFormula(std::string_view formula, int rows, int cols);

/// "B2" or "$B$2" -> row 1, col 1. False: it is no cell.
bool ParseCellName(std::string_view name, int& row, int& col);

}  // namespace yk::formats
