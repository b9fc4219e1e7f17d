// SPDX-License-Identifier: Apache-2.0
#include "formats/word_fields.h"

#include <algorithm>
#include <utility>

#include "formats/equation_field.h"
#include "formats/ooxml.h"
#include "formats/word_symbols.h"

namespace yk::formats {
namespace {

constexpr size_t kOpenMax = 100;
constexpr size_t kInstructionBytes = 10'000;

/// The state that was last set; before anybody has, the one the form came with.
std::string_view CheckBoxOfForm(const pugi::xml_node& box) {
  const std::string_view name = LocalChild(box, "checked") ? "checked" : "default";
  return CheckMark(IsOn(box, name));
}

std::string ChoiceOfForm(const pugi::xml_node& list) {
  const pugi::xml_node result = LocalChild(list, "result") ? LocalChild(list, "result") : LocalChild(list, "default");
  int wanted = LocalNumber(result, "val", 0);
  for (const pugi::xml_node& entry : list.children()) {
    if (LocalName(entry) == "listEntry" && wanted-- == 0) return std::string(LocalAttribute(entry, "val"));
  }
  return {};
}

}  // namespace

void WordFields::Character(const pugi::xml_node& node, InlineText& text) {
  const std::string_view type = LocalAttribute(node, "fldCharType");
  if (type == "begin") {
    if (open_.size() >= kOpenMax) open_.erase(open_.begin());
    open_.emplace_back();
    const pugi::xml_node form = LocalChild(node, "ffData");
    if (const pugi::xml_node box = LocalChild(form, "checkBox")) text.AddPreserved(CheckBoxOfForm(box));
    if (const pugi::xml_node list = LocalChild(form, "ddList")) open_.back().choice = ChoiceOfForm(list);
  } else if (type == "separate") {
    if (!open_.empty()) open_.back().has_result = true;
  } else if (type == "end" && !open_.empty()) {
    End(text);
  }
}

void WordFields::Instruction(std::string_view piece) {
  if (open_.empty()) return;
  std::string& instruction = open_.back().instruction;
  instruction += piece.substr(0, kInstructionBytes - std::min(kInstructionBytes, instruction.size()));
}

void WordFields::Words() {
  if (!open_.empty() && open_.back().has_result) open_.back().shown = true;
}

void WordFields::End(InlineText& text) {
  const Field field = std::move(open_.back());
  open_.pop_back();
  if (field.shown) return Words();
  const std::string shows = field.choice.empty() ? EquationFieldText(field.instruction) : field.choice;
  if (shows.empty()) return;
  if (!open_.empty() && !open_.back().has_result) return Instruction(shows);  // an equation within an equation
  text.AddPreserved(shows);
  Words();
}

std::string_view CheckBoxOf(const pugi::xml_node& control) {
  const pugi::xml_node box = LocalChild(LocalChild(control, "sdtPr"), "checkbox");
  return box ? CheckMark(IsOn(box, "checked")) : std::string_view();
}

}  // namespace yk::formats
