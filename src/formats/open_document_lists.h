// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

namespace yk::formats {

/// Counts the items of lists and the headings of an OpenDocument file and writes the numbers that they show.
class OpenLists {
 public:
  /// Styles of content.xml or styles.xml; may be called for both.
  void ReadStyles(const pugi::xml_node& root);

  /// A text:list begins and ends; lists in items of lists lie a level deeper.
  void Begin(const pugi::xml_node& list);
  void End();

  /// The label of an item of the list under way, with a space behind it: "第1条 ", "2.1. ", "- "; empty when it shows
  /// none.
  std::string Item(const pugi::xml_node& item);

  /// The label of a heading by the outline of chapters; empty when they are not numbered.
  std::string Heading(int level);

 private:
  static constexpr int kLevels = 10;
  struct Level {
    bool bullet = false;
    int start = 1;
    int shown_levels = 1;
    std::string format;  ///< "1", "a", "一, 二, 三, ..."; empty: no number
    std::string prefix, suffix;
    std::string pattern;  ///< "第%1%条", which says all of it; only some programs write it
  };
  using Style = std::array<Level, kLevels>;
  using Counts = std::array<std::optional<int>, kLevels>;

  static Style ReadStyle(const pugi::xml_node& node);
  static std::string Label(const Style& style, const Counts& counts, int level);
  static void Count(const Style& style, int level, std::optional<int> start, Counts& counts);

  std::map<std::string, Style, std::less<>> styles_;
  std::optional<Style> outline_;
  Counts headings_;
  std::vector<std::string> open_;  ///< the style of each list under way, outermost first
  std::string id_;                 ///< of the outermost one
  Counts counts_;
  std::map<std::string, Counts, std::less<>> by_style_;  ///< where the last list of a style ended
  std::map<std::string, Counts, std::less<>> by_id_;
};

}  // namespace yk::formats
