// SPDX-License-Identifier: Apache-2.0
// Lists: counts, items by their place, items of which none comes twice.
#include <algorithm>

#include "base/json.h"
#include "constrain/rule_maker.h"
#include "text/schema.h"

namespace yk::constrain {
namespace {

using text::SchemaNode;

uint32_t Clamp(uint64_t count) { return static_cast<uint32_t>(std::min<uint64_t>(count, kUnbounded - 1)); }

Nodes ItemNodes(const Shape& shape, size_t place) {
  Nodes nodes;
  for (const SchemaNode* node : shape.nodes) {
    const SchemaNode* item = place < node->prefix.size() ? node->prefix[place] : node->rest;
    if (item) nodes.push_back(item);
  }
  return nodes;
}

}  // namespace

RuleId RuleMaker::List(const Shape& shape) {
  ListRule list;
  size_t prefix = 0;
  bool unique = false;
  for (const SchemaNode* node : shape.nodes) {
    prefix = std::max(prefix, node->prefix.size());
    unique |= node->unique;
    if (node->min_items) list.count_min = std::max(list.count_min, Clamp(*node->min_items));
    if (node->max_items && *node->max_items < kUnbounded) {
      list.count_max = std::min(list.count_max, Clamp(*node->max_items));
    }
    if (node->contains && (node->min_contains > 0 || node->max_contains)) AddNote(*node, "contains");
  }
  if (unique && list.count_max > 1) {
    const RuleId set = prefix == 0 ? Set(shape, list) : kNoRule;
    if (set != kNoRule) return set;
    for (const SchemaNode* node : shape.nodes) {
      if (node->unique) AddNote(*node, "uniqueItems");
    }
  }
  for (size_t place = 0; place < prefix; ++place) list.prefix.push_back(Value(ItemNodes(shape, place)));
  list.rest = Value(ItemNodes(shape, prefix));
  std::string description = fmt::format("list {} {} {}", list.count_min, list.count_max, list.rest);
  for (const RuleId rule : list.prefix) description += fmt::format(" {}", rule);
  return Shared(std::move(description), [&] {
    rules_.lists.push_back(std::move(list));
    return Add(RuleKind::kList, rules_.lists.size() - 1);
  });
}

/// All values that fit the nodes, each once, when they can be listed.
std::optional<std::vector<Json>> RuleMaker::AllValues(const Nodes& nodes) const {
  std::vector<Json> all;
  for (const Shape& shape : ShapesOf(nodes)) {
    if (!shape.listed() && (shape.types & ~(text::kNullType | text::kBooleanType)) != 0) return std::nullopt;
    for (Json& value : Values(shape)) {
      const bool known =
          std::any_of(all.begin(), all.end(), [&](const Json& other) { return text::JsonEquals(other, value); });
      if (!known) all.push_back(std::move(value));
      if (all.size() > SetRule::kSizeMax) return std::nullopt;
    }
  }
  return all;
}

/// A list of different values out of a few; kNoRule when there are too many, or when the text of one is the beginning
/// of another's (1 and 12).
RuleId RuleMaker::Set(const Shape& shape, const ListRule& list) {
  const auto values = AllValues(ItemNodes(shape, 0));
  if (!values) return kNoRule;
  SetRule set;
  set.size = static_cast<uint32_t>(values->size());
  set.count_min = list.count_min;
  set.count_max = list.count_max;
  std::vector<std::string> texts;
  for (const Json& value : *values) texts.push_back(Written(value, rules_.style));
  set.values = KeyTrie(texts);
  std::sort(texts.begin(), texts.end());
  std::string description = fmt::format("set {} {}", set.count_min, set.count_max);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0 && texts[i].starts_with(texts[i - 1])) return kNoRule;
    description += '\n' + texts[i];
  }
  return Shared(std::move(description), [&] {
    rules_.sets.push_back(std::move(set));
    return Add(RuleKind::kSet, rules_.sets.size() - 1);
  });
}

}  // namespace yk::constrain
