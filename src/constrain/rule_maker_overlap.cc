// SPDX-License-Identifier: Apache-2.0
// oneOf: whether what is written for one branch can fit another one too.
#include <algorithm>

#include "base/json.h"
#include "constrain/rule_maker.h"

namespace yk::constrain {
namespace {

using text::SchemaNode;

constexpr size_t kComparedMax = 64;  ///< shapes; pairs of them are compared
constexpr int kDepthMax = 3;
constexpr size_t kComparisonsMax = 20'000;  ///< in one grammar

/// The first oneOf of which the shapes took different branches.
const SchemaNode* Parting(const Shape& a, const Shape& b) {
  for (const auto& [node, branch] : a.chosen) {
    for (const auto& [other_node, other_branch] : b.chosen) {
      if (node == other_node && branch != other_branch) return node;
    }
  }
  return nullptr;
}

}  // namespace

/// Notes each oneOf that may be broken by a value of more than one branch.
void RuleMaker::NoteOverlaps(const std::vector<Shape>& shapes) {
  for (size_t i = 0; i < shapes.size(); ++i) {
    for (size_t j = 0; j < shapes.size(); ++j) {
      const SchemaNode* parting = i == j ? nullptr : Parting(shapes[i], shapes[j]);
      if (!parting || notes_.contains(Note(*parting, "oneOf"))) continue;
      if (shapes.size() > kComparedMax || !Excludes(shapes[i], shapes[j], 0)) AddNote(*parting, "oneOf");
    }
  }
}

/// Whether it is certain that nothing written for one shape fits the other.
bool RuleMaker::Excludes(const Shape& written, const Shape& other, int depth) {
  const uint8_t shared = written.types & other.types;
  if (shared == 0) return true;
  if (depth > kDepthMax || ++comparisons_ > kComparisonsMax) return false;
  for (const Json& value : Values(written)) {
    if (FitsAll(other.nodes, value)) return false;
  }
  if (written.listed()) return true;
  if (shared & (text::kStringType | text::kIntegerType | text::kArrayType)) return false;
  return !(shared & text::kObjectType) || ObjectExcludes(written, other, depth);
}

bool RuleMaker::ObjectExcludes(const Shape& written, const Shape& other, int depth) {
  const std::vector<std::string> names = written.Names();
  if (names.empty()) return false;
  for (const auto& name : other.Required()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) return true;
  }
  for (const auto& name : written.Required()) {
    const auto here = ShapesOf(PropertyNodes(written, name));
    const auto there = ShapesOf(PropertyNodes(other, name));
    comparisons_ += here.size() + there.size();
    const bool apart = std::all_of(here.begin(), here.end(), [&](const Shape& a) {
      return std::all_of(there.begin(), there.end(), [&](const Shape& b) { return Excludes(a, b, depth + 1); });
    });
    if (apart) return true;
  }
  return false;
}

}  // namespace yk::constrain
