// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "formats/inline_text.h"

namespace yk::formats {

/// Fields of a Word document, whose parts lie scattered over its runs. Their results are text like any other; this
/// finds what is shown by those that store none: equations, and boxes and lists of old forms.
class WordFields {
 public:
  /// A w:fldChar: the field begins, its result begins, or it ends.
  void Character(const pugi::xml_node& node, InlineText& text);
  /// A piece of an instruction (w:instrText).
  void Instruction(std::string_view piece);
  /// Words of a result were met.
  void Words();

 private:
  struct Field {
    std::string instruction;
    std::string choice;  ///< of a list to choose from
    bool has_result = false;
    bool shown = false;
  };
  void End(InlineText& text);

  std::vector<Field> open_;  ///< outermost first
};

/// Whether a content control is a box to be ticked, and its state: "☑", "☐"; empty for others.
std::string_view CheckBoxOf(const pugi::xml_node& control);

}  // namespace yk::formats
