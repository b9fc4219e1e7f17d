// SPDX-License-Identifier: Apache-2.0
#include "constrain/rule_maker.h"

#include <algorithm>

#include "base/json.h"

namespace yk::constrain {

using text::SchemaNode;

namespace {

constexpr int kDepthMax = 500;  ///< each level is some kilobytes of stack
constexpr size_t kRulesMax = 100'000;

}  // namespace

RuleMaker::RuleMaker(JsonStyle style) {
  rules_.style = style;
  Add(RuleKind::kRoot, 0);
  own_.emplace_back().never = true;
  never_ = &own_.back();
  own_.emplace_back().types = text::kStringType;
  any_text_ = &own_.back();
}

RuleId RuleMaker::Add(RuleKind kind, size_t index) {
  Rule rule;
  rule.kind = kind;
  rule.index = static_cast<uint32_t>(index);
  rules_.all.push_back(rule);
  return static_cast<RuleId>(rules_.all.size() - 1);
}

RuleId RuleMaker::Shared(std::string description, const std::function<RuleId()>& make) {
  if (const auto known = shared_.find(description); known != shared_.end()) return known->second;
  const RuleId made = make();
  shared_.emplace(std::move(description), made);
  return made;
}

RuleId RuleMaker::Value(const Nodes& nodes) {
  overflow_ |= depth_ > kDepthMax || rules_.all.size() > kRulesMax;
  if (overflow_) return kRootRule;
  Nodes key = nodes;
  std::sort(key.begin(), key.end());
  key.erase(std::unique(key.begin(), key.end()), key.end());
  const auto [known, is_new] = values_.emplace(std::move(key), kNoRule);
  if (!is_new) return known->second;
  // The rule exists before its parts, so that a recursive schema ends.
  const size_t index = rules_.choices.size();
  rules_.choices.emplace_back();
  const RuleId rule = Add(RuleKind::kChoice, index);
  known->second = rule;
  if (!nodes.empty()) places_.emplace(rule, nodes.front()->pointer);
  ++depth_;
  const std::vector<Shape> shapes = ShapesOf(nodes);
  NoteOverlaps(shapes);
  rules_.choices[index].alternatives = Alternatives(shapes);
  --depth_;
  return rule;
}

std::vector<RuleId> RuleMaker::Alternatives(const std::vector<Shape>& shapes) {
  std::vector<RuleId> alternatives;
  const auto add = [&](RuleId rule) {
    if (rule == kNoRule || std::find(alternatives.begin(), alternatives.end(), rule) != alternatives.end()) return;
    alternatives.push_back(rule);
  };
  std::vector<Json> values;
  for (const Shape& shape : shapes) {
    for (Json& value : Values(shape)) values.push_back(std::move(value));
    const uint8_t others = shape.types & ~(text::kNullType | text::kBooleanType);
    if (shape.listed() || others == 0) continue;
    notes_.insert(shape.notes.begin(), shape.notes.end());
    if (others & text::kStringType) add(String(shape));
    if (others & text::kIntegerType) add(Number(shape));
    if (others & text::kArrayType) add(List(shape));
    if (others & text::kObjectType) add(Object(shape));
  }
  if (!values.empty()) add(Texts(values));
  return alternatives;
}

/// What can be enumerated is enumerated, and so checked against every keyword.
std::vector<Json> RuleMaker::Values(const Shape& shape) const {
  std::vector<Json> values;
  const SchemaNode* shortest = nullptr;
  for (const SchemaNode* node : shape.nodes) {
    if (node->has_enum && (!shortest || node->values.size() < shortest->values.size())) shortest = node;
  }
  if (shortest) {
    values = shortest->values;
  } else {
    if (shape.types & text::kNullType) values.emplace_back(nullptr);
    if (shape.types & text::kBooleanType) values.insert(values.end(), {Json(true), Json(false)});
  }
  std::erase_if(values, [&](const Json& value) { return !FitsAll(shape.nodes, value); });
  return values;
}

RuleId RuleMaker::Texts(const std::vector<Json>& values) {
  std::set<std::string> texts;
  for (const Json& value : values) texts.insert(Written(value, rules_.style));
  std::string description = "texts";
  for (const auto& text : texts) description += '\n' + text;
  return Shared(std::move(description), [&] {
    ByteDfaBuilder builder;
    for (const auto& text : texts) builder.AddText(text);
    rules_.texts.push_back(std::move(builder).Build());
    return Add(RuleKind::kText, rules_.texts.size() - 1);
  });
}

}  // namespace yk::constrain
