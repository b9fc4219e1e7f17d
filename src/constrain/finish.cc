// SPDX-License-Identifier: Apache-2.0
#include "constrain/finish.h"

#include <algorithm>
#include <set>

#include "base/json_text.h"
#include "constrain/string_step.h"

namespace yk::constrain {
namespace {

class Finisher {
 public:
  explicit Finisher(Rules& rules) : rules_(rules) {}

  void Heights();
  void Prune();
  void Firsts();
  /// Frames of the longest stack on top of a rule; kUnbounded for a recursive one.
  uint32_t Tallest(RuleId rule);
  /// The innermost rule that keeps `rule` from having a text.
  RuleId Culprit(RuleId rule) const;

 private:
  uint32_t HeightOf(RuleId rule) const { return rule == kNoRule ? kUnbounded : rules_.all[rule].height; }
  uint32_t Height(const Rule& rule) const;
  uint32_t ObjectHeight(const ObjectRule& object) const;
  std::vector<RuleId> Children(const Rule& rule) const;
  void Resolve(RuleId& rule) const;
  ByteSet First(const Rule& rule) const;

  Rules& rules_;
  std::map<RuleId, uint32_t> tallest_;
};

uint32_t OnTop(uint32_t height) { return height == kUnbounded ? kUnbounded : height + 1; }

uint32_t Finisher::ObjectHeight(const ObjectRule& object) const {
  uint32_t height = 0, count = 0;
  std::vector<uint32_t> optional;
  for (const auto& property : object.properties) {
    if (property.required) {
      height = std::max(height, HeightOf(property.value));
      ++count;
    } else if (HeightOf(property.value) != kUnbounded) {
      optional.push_back(HeightOf(property.value));
    }
  }
  if (count > object.count_max || object.count_min > object.count_max) return kUnbounded;
  if (count + optional.size() < object.count_min) return kUnbounded;
  std::sort(optional.begin(), optional.end());
  for (size_t i = 0; count + i < object.count_min; ++i) height = std::max(height, optional[i]);
  return OnTop(height);
}

uint32_t Finisher::Height(const Rule& rule) const {
  switch (rule.kind) {
    case RuleKind::kRoot: return 1;
    case RuleKind::kText: return rules_.texts[rule.index].empty() ? kUnbounded : 1;
    case RuleKind::kString: return rules_.strings[rule.index].empty() ? kUnbounded : 1;
    case RuleKind::kObject: return ObjectHeight(rules_.objects[rule.index]);
    case RuleKind::kList: {
      const ListRule& list = rules_.lists[rule.index];
      if (list.count_min > list.count_max) return kUnbounded;
      uint32_t height = 0;
      const auto different = static_cast<uint32_t>(std::min<size_t>(list.count_min, list.prefix.size() + 1));
      for (uint32_t i = 0; i < different; ++i) height = std::max(height, HeightOf(list.Item(i)));
      return OnTop(height);
    }
    case RuleKind::kSet: {
      const SetRule& set = rules_.sets[rule.index];
      return set.count_min <= std::min(set.count_max, set.size) ? 1 : kUnbounded;
    }
    case RuleKind::kMember: {
      const MemberRule& member = rules_.members[rule.index];
      return std::max(OnTop(HeightOf(member.key)), HeightOf(member.value));
    }
    case RuleKind::kChoice: {
      uint32_t height = kUnbounded;
      for (const RuleId one : rules_.choices[rule.index].alternatives) height = std::min(height, HeightOf(one));
      return height;
    }
  }
  return kUnbounded;
}

/// The least fixed point: a rule has a text when all that it needs has one.
void Finisher::Heights() {
  for (bool changed = true; changed;) {
    changed = false;
    for (Rule& rule : rules_.all) {
      const uint32_t height = Height(rule);
      changed |= height != rule.height;
      rule.height = height;
    }
  }
}

void Finisher::Resolve(RuleId& rule) const {
  while (rule != kNoRule && rules_.all[rule].kind == RuleKind::kChoice) {
    const auto& alternatives = rules_.choices[rules_.all[rule].index].alternatives;
    if (alternatives.size() != 1) break;
    rule = alternatives.front();
  }
  if (rule != kNoRule && rules_.all[rule].height == kUnbounded) rule = kNoRule;
}

/// Drops what has no text, and choices that are none.
void Finisher::Prune() {
  for (auto& choice : rules_.choices) {
    std::erase_if(choice.alternatives, [&](RuleId rule) { return HeightOf(rule) == kUnbounded; });
  }
  Resolve(rules_.start);
  for (auto& object : rules_.objects) {
    for (auto& property : object.properties) Resolve(property.value);
    std::erase_if(object.properties, [](const auto& property) { return property.value == kNoRule; });
    object.Index(rules_.style);
  }
  for (auto& list : rules_.lists) {
    for (auto& item : list.prefix) Resolve(item);
    Resolve(list.rest);
    const auto missing = std::find(list.prefix.begin(), list.prefix.end(), kNoRule);
    if (missing != list.prefix.end()) {
      list.rest = kNoRule;
      list.prefix.erase(missing, list.prefix.end());
    }
    if (list.rest == kNoRule)
      list.count_max = std::min<uint32_t>(list.count_max, static_cast<uint32_t>(list.prefix.size()));
  }
  for (auto& member : rules_.members) {
    Resolve(member.key);
    Resolve(member.value);
  }
}

ByteSet Finisher::First(const Rule& rule) const {
  ByteSet first;
  switch (rule.kind) {
    case RuleKind::kText:
      for (unsigned byte = 0; byte < 256; ++byte) {
        first[byte] = rules_.texts[rule.index].Next(0, static_cast<uint8_t>(byte)) != ByteDfa::kDead;
      }
      break;
    case RuleKind::kString: first.set('"'); break;
    case RuleKind::kObject: first.set('{'); break;
    case RuleKind::kList: first.set(static_cast<uint8_t>(rules_.lists[rule.index].open)); break;
    case RuleKind::kSet: first.set('['); break;
    case RuleKind::kMember: first.set('"'); break;
    default: break;
  }
  return first;
}

void Finisher::Firsts() {
  for (Rule& rule : rules_.all) {
    if (rule.height != kUnbounded) rule.first = First(rule);
  }
}

std::vector<RuleId> Finisher::Children(const Rule& rule) const {
  std::vector<RuleId> children;
  switch (rule.kind) {
    case RuleKind::kObject:
      for (const auto& property : rules_.objects[rule.index].properties) children.push_back(property.value);
      break;
    case RuleKind::kList:
      children = rules_.lists[rule.index].prefix;
      children.push_back(rules_.lists[rule.index].rest);
      break;
    case RuleKind::kMember: children = {rules_.members[rule.index].key, rules_.members[rule.index].value}; break;
    case RuleKind::kChoice: children = rules_.choices[rule.index].alternatives; break;
    default: break;
  }
  return children;
}

uint32_t Finisher::Tallest(RuleId id) {
  if (id == kNoRule) return 0;
  const auto [known, is_new] = tallest_.emplace(id, kUnbounded);  // what is met again on the way down is recursive
  if (!is_new) return known->second;
  const Rule& rule = rules_.all[id];
  uint32_t above = 0;
  for (const RuleId child : Children(rule)) above = std::max(above, Tallest(child));
  const bool stays = rule.kind != RuleKind::kChoice;  // a choice gives way to what is chosen
  return tallest_[id] = stays ? OnTop(above) : above;
}

RuleId Finisher::Culprit(RuleId id) const {
  std::set<RuleId> seen;
  while (seen.insert(id).second) {
    const Rule& rule = rules_.all[id];
    RuleId inner = kNoRule;
    if (rule.kind == RuleKind::kObject) {
      for (const auto& property : rules_.objects[rule.index].properties) {
        if (property.required && HeightOf(property.value) == kUnbounded && inner == kNoRule) inner = property.value;
      }
    } else if (rule.kind == RuleKind::kList && rules_.lists[rule.index].count_min > 0) {
      inner = rules_.lists[rule.index].Item(0);
    } else if (rule.kind == RuleKind::kChoice && rules_.choices[rule.index].alternatives.size() == 1) {
      inner = rules_.choices[rule.index].alternatives.front();
    }
    if (inner == kNoRule || HeightOf(inner) != kUnbounded) break;
    id = inner;
  }
  return id;
}

}  // namespace

void ObjectRule::Index(JsonStyle style) {
  std::vector<std::string> written;
  for (const auto& property : properties) {
    AppendJsonText(property.name, written.emplace_back());
    written.back() += style.after_key();
  }
  keys = KeyTrie(written);
  const auto size = static_cast<uint32_t>(properties.size());
  required_from.assign(size + 1, 0);
  choice_end.assign(size + 1, size);
  for (uint32_t i = size; i-- > 0;) {
    required_from[i] = required_from[i + 1] + (properties[i].required ? 1 : 0);
    choice_end[i] = properties[i].required ? i + 1 : choice_end[i + 1];
  }
}

Result<void> Finish(Rules& rules, uint32_t nesting_max, const std::map<RuleId, std::string>& places) {
  Finisher finisher(rules);
  finisher.Heights();
  if (rules.all[rules.start].height == kUnbounded) {
    RuleId culprit = finisher.Culprit(rules.start);
    auto place = places.find(culprit);
    while (place == places.end() && culprit > 0) place = places.find(--culprit);
    return Fail(Code::kInvalid,
                "JSON Schema: no answer can be written that fits the schema at \"{}\"; its keywords contradict each "
                "other, or it "
                "needs itself without end",
                place == places.end() ? "" : place->second);
  }
  finisher.Prune();
  finisher.Firsts();
  constexpr uint32_t kScalarAndRoot = 3;  // the root below; above all containers a key of a member
  const uint32_t tallest = finisher.Tallest(rules.start);
  rules.frames_max =
      tallest == kUnbounded ? std::max(nesting_max + kScalarAndRoot, rules.all[rules.start].height + 1) : tallest + 1;
  return {};
}

}  // namespace yk::constrain
