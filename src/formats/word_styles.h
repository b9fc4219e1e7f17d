// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "base/result.h"
#include "formats/zip_package.h"
#include "reader/document.h"

namespace yk::formats {

/// What a paragraph is, by its own properties and its style's.
struct ParagraphLook {
  reader::BlockKind kind = reader::BlockKind::kParagraph;
  int level = 0;       ///< of a heading
  bool title = false;  ///< the document's title
  int list = 0;        ///< numbering it takes part in; 0: none
  int list_level = 0;  ///< 0 = outermost
};

/// Paragraph styles of a Word document, with what they are based on.
class WordStyles {
 public:
  static Result<WordStyles> Read(const ZipPackage& package, const std::string& part);

  /// The look of a paragraph with these properties (w:pPr).
  ParagraphLook Of(const pugi::xml_node& properties) const;

 private:
  struct Style {
    std::string base;
    std::string name;
    std::optional<int> outline;
    std::optional<int> list;
    std::optional<int> list_level;
  };
  std::map<std::string, Style, std::less<>> styles_;
  std::string default_;
};

/// Counts list items and writes the numbers that Word shows but does not store: "1.", "第2条", "(a)", "•".
class WordNumbering {
 public:
  static Result<WordNumbering> Read(const ZipPackage& package, const std::string& part);

  /// The label of the next paragraph at this level of a list; empty when the list is unknown or shows none.
  std::string Next(int list, int level);

 private:
  static constexpr int kLevels = 9;
  struct Level {
    int start = 1;
    std::string format = "decimal";
    std::string text;
  };
  struct Definition {
    std::array<Level, kLevels> levels;
    std::array<std::optional<int>, kLevels> counts;  ///< of levels that have begun
  };
  struct List {
    int definition = 0;
    std::map<int, int> starts;    ///< level -> its own first number, until used
    std::map<int, Level> levels;  ///< that look otherwise than in the definition
  };
  static Level ReadLevel(const pugi::xml_node& node);
  static const Level& LevelOf(const List& list, const Definition& definition, size_t level);

  std::map<int, Definition> definitions_;
  std::map<int, List> lists_;
};

/// A number as Word writes it in this format: "decimal", "upperRoman", "aiueo", "japaneseCounting", …
std::string FormatNumber(int number, std::string_view format);

}  // namespace yk::formats
