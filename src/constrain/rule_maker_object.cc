// SPDX-License-Identifier: Apache-2.0
// Objects: the declared properties in their order, or free keys where none are declared.
#include <algorithm>

#include "base/json.h"
#include "constrain/rule_maker.h"

namespace yk::constrain {
namespace {

using text::SchemaNode;

uint32_t Clamp(uint64_t count) { return static_cast<uint32_t>(std::min<uint64_t>(count, kUnbounded - 1)); }

}  // namespace

/// Everything that is said about the value of one property.
Nodes RuleMaker::PropertyNodes(const Shape& shape, const std::string& name) {
  Nodes nodes;
  for (const SchemaNode* node : shape.nodes) {
    bool known = false;
    if (const auto found = node->property_index.find(name); found != node->property_index.end()) {
      nodes.push_back(node->properties[found->second].node);
      known = true;
    }
    for (const auto& [pattern, child] : node->pattern_properties) {
      if (!pattern->Matches(name)) continue;
      nodes.push_back(child);
      known = true;
    }
    if (!known && node->additional) nodes.push_back(node->additional);
    if (node->names && !FitsNode(*node->names, Json(name))) nodes.push_back(never_);
  }
  return nodes;
}

/// `names`: how many there are to choose from. More are not written, even where the schema wants and allows them.
void RuleMaker::CountMembers(const Shape& shape, uint32_t names, ObjectRule& object) {
  const bool open = std::none_of(shape.nodes.begin(), shape.nodes.end(),
                                 [](const SchemaNode* node) { return node->additional && node->additional->never; });
  for (const SchemaNode* node : shape.nodes) {
    if (node->min_properties) {
      const bool beyond = open && *node->min_properties > names;
      if (beyond) AddNote(*node, "minProperties");
      object.count_min = std::max(object.count_min, beyond ? names : Clamp(*node->min_properties));
    }
    if (node->max_properties && *node->max_properties < kUnbounded) {
      object.count_max = std::min(object.count_max, Clamp(*node->max_properties));
    }
  }
}

RuleId RuleMaker::Object(const Shape& shape) {
  const std::vector<std::string> required = shape.Required();
  const std::vector<std::string> names = shape.Names();
  const auto is_required = [&](const auto& name) {
    return std::find(required.begin(), required.end(), name) != required.end();
  };
  if (names.empty()) return FreeObject(shape);
  ObjectRule object;
  CountMembers(shape, static_cast<uint32_t>(names.size()), object);
  for (const SchemaNode* node : shape.nodes) {
    for (const auto& [name, others] : node->dependent_required) {
      const bool may_come = std::find(names.begin(), names.end(), name) != names.end() && !is_required(name);
      const bool open = !std::all_of(others.begin(), others.end(), is_required);
      if (may_come && open) AddNote(*node, "dependentRequired");
    }
  }
  std::string description = fmt::format("object {} {}", object.count_min, object.count_max);
  for (const auto& name : names) {
    object.properties.push_back({name, Value(PropertyNodes(shape, name)), is_required(name)});
    const auto& property = object.properties.back();
    description += fmt::format("\n{} {} {}", property.value, property.required, name);
  }
  return Shared(std::move(description), [&] {
    rules_.objects.push_back(std::move(object));
    return Add(RuleKind::kObject, rules_.objects.size() - 1);
  });
}

/// An object of which the schema names no property: any names, as a list of members.
RuleId RuleMaker::FreeObject(const Shape& shape) {
  ObjectRule counts;
  CountMembers(shape, kUnbounded, counts);
  for (const SchemaNode* node : shape.nodes) {
    // A name may come twice and then counts once.
    if (node->min_properties && *node->min_properties > 1) AddNote(*node, "minProperties");
  }
  std::vector<RuleId> members = Members(shape);
  std::string description = fmt::format("members {} {}", counts.count_min, counts.count_max);
  for (const RuleId member : members) description += fmt::format(" {}", member);
  return Shared(std::move(description), [&] {
    rules_.choices.push_back({std::move(members)});
    const RuleId member = Add(RuleKind::kChoice, rules_.choices.size() - 1);
    rules_.lists.push_back({.open = '{',
                            .close = '}',
                            .prefix = {},
                            .rest = member,
                            .count_min = counts.count_min,
                            .count_max = counts.count_max});
    return Add(RuleKind::kList, rules_.lists.size() - 1);
  });
}

/// With patternProperties the names that match, each pattern for itself; else any names.
std::vector<RuleId> RuleMaker::Members(const Shape& shape) {
  Nodes names, values;
  std::vector<std::pair<const text::SchemaPattern*, const SchemaNode*>> patterns;
  for (const SchemaNode* node : shape.nodes) {
    if (node->names) names.push_back(node->names);
    patterns.insert(patterns.end(), node->pattern_properties.begin(), node->pattern_properties.end());
    if (node->additional) values.push_back(node->additional);
    for (const auto& dependent : node->dependent_required) {
      if (!dependent.second.empty()) AddNote(*node, "dependentRequired");
    }
  }
  if (patterns.empty()) return {Member(names, nullptr, nullptr, values)};
  std::vector<RuleId> members;
  for (const SchemaNode* node : shape.nodes) {
    if (patterns.size() > 1 && !node->pattern_properties.empty()) AddNote(*node, "patternProperties");
    for (const auto& [pattern, child] : node->pattern_properties) {
      Nodes both{child};
      for (const SchemaNode* other : shape.nodes) {
        if (other != node && other->additional) both.push_back(other->additional);
      }
      members.push_back(Member(names, node, pattern, both));
    }
  }
  return members;
}

RuleId RuleMaker::Member(const Nodes& names, const SchemaNode* owner, const text::SchemaPattern* pattern,
                         const Nodes& values) {
  Nodes key{any_text_};
  if (pattern) {
    SchemaNode& matching = own_.emplace_back();
    matching.pointer = owner->pointer + "/patternProperties";
    matching.pattern = pattern;
    key.push_back(&matching);
  }
  key.insert(key.end(), names.begin(), names.end());
  const MemberRule member{Value(key), Value(values)};
  return Shared(fmt::format("member {} {}", member.key, member.value), [&] {
    rules_.members.push_back(member);
    return Add(RuleKind::kMember, rules_.members.size() - 1);
  });
}

}  // namespace yk::constrain
