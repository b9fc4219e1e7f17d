// SPDX-License-Identifier: Apache-2.0
#include "constrain/shape.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/json.h"

namespace yk::constrain {
namespace {

using text::SchemaNode;

constexpr size_t kShapesMax = 256;
constexpr uint8_t kAllTypes = 0x7F;

uint8_t TypesOf(const Json& value) {
  if (value.is_null()) return text::kNullType;
  if (value.is_boolean()) return text::kBooleanType;
  if (value.is_string()) return text::kStringType;
  if (value.is_array()) return text::kArrayType;
  return value.is_object() ? text::kObjectType : text::kNumberType | text::kIntegerType;
}

uint8_t TypesOf(const SchemaNode& node) {
  uint8_t types = node.types == 0 ? kAllTypes : node.types;
  if (types & text::kNumberType) types |= text::kIntegerType;
  if (!node.has_enum) return types;
  uint8_t listed = 0;
  for (const Json& value : node.values) listed |= TypesOf(value);
  return types & listed;
}

bool Combines(const SchemaNode& node) {
  return node.ref || !node.all_of.empty() || !node.any_of.empty() || !node.one_of.empty() || node.not_ || node.if_ ||
         !node.dependent_schemas.empty();
}

/// Whether `type` is all that the node looks at.
bool OnlyTypes(const SchemaNode& node) {
  return !node.never && !node.has_enum && !node.min_length && !node.max_length && !node.pattern && !node.format &&
         !node.checks_numbers && !node.checks_arrays && !node.checks_objects && !Combines(node);
}

class Expander {
 public:
  explicit Expander(bool branch) : branch_(branch) {}

  void Expand(Shape shape, Nodes open);
  bool overflow() const { return shapes_.size() > kShapesMax; }
  std::vector<Shape> Take() && { return std::move(shapes_); }

 private:
  bool Add(const SchemaNode& node, Shape& shape, Nodes& open) const;
  void Branch(const SchemaNode& node, size_t skip, const Shape& shape, const Nodes& open);

  const bool branch_;
  std::vector<Shape> shapes_;
};

/// Adds what is no branching. False: nothing fits any more.
bool Expander::Add(const SchemaNode& node, Shape& shape, Nodes& open) const {
  shape.nodes.push_back(&node);
  shape.types &= TypesOf(node);
  if (node.ref) open.push_back(node.ref);
  open.insert(open.end(), node.all_of.begin(), node.all_of.end());
  for (const auto& [name, schema] : node.dependent_schemas) {
    if (std::find(node.required.begin(), node.required.end(), name) != node.required.end()) {
      open.push_back(schema);
    } else {
      shape.notes.push_back(Note(node, "dependentSchemas"));
    }
  }
  if (node.if_ && (node.then_ || node.else_)) shape.notes.push_back(Note(node, "if"));
  if (node.not_ && !node.not_->never) {
    const uint8_t excluded = node.not_->types == 0 ? kAllTypes : node.not_->types;
    const bool whole_only = (excluded & text::kIntegerType) && !(excluded & text::kNumberType);
    if (OnlyTypes(*node.not_) && !whole_only) {
      shape.types &= static_cast<uint8_t>(~TypesOf(*node.not_));
    } else {
      shape.notes.push_back(Note(node, "not"));
    }
  }
  return shape.types != 0 && !node.never;
}

void Expander::Expand(Shape shape, Nodes open) {
  while (!open.empty()) {
    if (overflow()) return;
    const SchemaNode& node = *open.back();
    open.pop_back();
    if (std::find(shape.nodes.begin(), shape.nodes.end(), &node) != shape.nodes.end()) continue;
    if (!Add(node, shape, open)) return;
    if (node.any_of.empty() && node.one_of.empty()) continue;
    if (branch_) return Branch(node, 0, shape, open);
    shape.notes.push_back(Note(node, node.any_of.empty() ? "oneOf" : "anyOf"));
  }
  shapes_.push_back(std::move(shape));
}

/// Goes on with each branch of the node's anyOf and then of its oneOf.
void Expander::Branch(const SchemaNode& node, size_t skip, const Shape& shape, const Nodes& open) {
  const bool any = skip == 0 && !node.any_of.empty();
  const auto& branches = any ? node.any_of : node.one_of;
  for (size_t i = 0; i < branches.size() && !overflow(); ++i) {
    Nodes further = open;
    further.push_back(branches[i]);
    Shape copy = shape;
    if (!any) copy.chosen.emplace_back(&node, i);
    if (any && !node.one_of.empty()) {
      Branch(node, 1, copy, further);
    } else {
      Expand(std::move(copy), std::move(further));
    }
  }
}

}  // namespace

std::string Note(const SchemaNode& node, std::string_view keyword) {
  return fmt::format("{}: {}", node.pointer.empty() ? "/" : node.pointer, keyword);
}

std::vector<Shape> ShapesOf(const Nodes& nodes) {
  const Nodes reversed(nodes.rbegin(), nodes.rend());  // the last one is taken first
  const Shape nothing{.nodes = {}, .types = kAllTypes, .notes = {}, .chosen = {}};
  for (const bool branch : {true, false}) {
    Expander expander(branch);
    expander.Expand(nothing, reversed);
    if (!expander.overflow()) return std::move(expander).Take();
  }
  return {};
}

bool FitsNode(const SchemaNode& node, const Json& value) {
  text::SchemaProgram program;
  program.root = &node;
  return CheckSchema(program, value, nullptr);
}

bool FitsAll(const Nodes& nodes, const Json& value) {
  return std::all_of(nodes.begin(), nodes.end(), [&](const SchemaNode* node) { return FitsNode(*node, value); });
}

bool Shape::listed() const {
  return std::any_of(nodes.begin(), nodes.end(), [](const SchemaNode* node) { return node->has_enum; });
}

std::vector<std::string> Shape::Required() const {
  std::vector<std::string> required;
  const auto add = [&](std::vector<std::string> names) {
    for (auto& name : names) {
      if (std::find(required.begin(), required.end(), name) == required.end()) required.push_back(std::move(name));
    }
  };
  for (const SchemaNode* node : nodes) add(node->required);
  for (size_t i = 0; i < required.size(); ++i) {
    for (const SchemaNode* node : nodes) {
      for (const auto& [name, others] : node->dependent_required) {
        if (name == required[i]) add(others);
      }
    }
  }
  return required;
}

std::vector<std::string> Shape::Names() const {
  std::vector<std::string> names;
  std::unordered_set<std::string> known;
  for (const SchemaNode* node : nodes) {
    for (const auto& property : node->properties) {
      if (known.insert(property.name).second) names.push_back(property.name);
    }
  }
  for (auto& name : Required()) {
    if (known.insert(name).second) names.push_back(std::move(name));
  }
  return names;
}

const SchemaNode* FindEndlessNode(const text::SchemaProgram& program) {
  std::unordered_map<const SchemaNode*, bool> done;  // false: under way
  const SchemaNode* endless = nullptr;
  const auto visit = [&](const auto& self, const SchemaNode* node) -> void {
    if (!node || endless) return;
    const auto [at, is_new] = done.emplace(node, false);
    if (!is_new) {
      if (!at->second) endless = node;
      return;
    }
    for (const SchemaNode* next : {node->ref, node->not_, node->if_, node->then_, node->else_}) self(self, next);
    for (const auto* list : {&node->all_of, &node->any_of, &node->one_of}) {
      for (const SchemaNode* next : *list) self(self, next);
    }
    for (const auto& property : node->dependent_schemas) self(self, property.node);
    done[node] = true;
  };
  for (const auto& node : program.nodes) visit(visit, node.get());
  return endless;
}

}  // namespace yk::constrain
