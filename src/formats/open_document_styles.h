// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace yk::formats {

/// Which styles of an OpenDocument file hide their text.
class OpenStyles {
 public:
  /// Styles of content.xml or styles.xml; may be called for both.
  void Read(const pugi::xml_node& root);

  /// Whether text in this style of a family ("text", "paragraph") is not shown.
  bool Hides(std::string_view family, std::string_view name) const;

 private:
  struct Style {
    std::string parent;
    std::optional<bool> hides;
  };
  static std::string Key(std::string_view family, std::string_view name);

  std::map<std::string, Style> styles_;
};

}  // namespace yk::formats
