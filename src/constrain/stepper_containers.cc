// SPDX-License-Identifier: Apache-2.0
// Objects, lists, sets, members. What the numbers of their frames mean:
//   object  at: a Place or kKeyRoot + node of the key trie; count: members so far; more: the first property that may
//   follow list    at: a Place; count: items so far set     at: a Place or kKeyRoot + node of the trie; count, more:
//   bits of the values so far member  at: 0 before the colon, 1 before the space behind it
#include <algorithm>
#include <bit>

#include "constrain/stepper.h"

namespace yk::constrain {
namespace {

enum Place : uint32_t { kOpen, kFirst, kAfterItem, kAfterComma, kKeyRoot };

uint64_t Used(const Frame& set) { return uint64_t{set.more} << 32 | set.count; }

}  // namespace

bool Stepper::MayFollow(const ObjectRule& object, const Frame& frame, size_t below, uint32_t property) const {
  const auto& wanted = object.properties[property];
  if (!wanted.required && !Fits(below, wanted.value)) return false;
  if (object.count_max != kUnbounded && !wanted.required &&
      frame.count + 1 + object.required_from[frame.more] > object.count_max) {
    return false;
  }
  uint32_t reach = frame.count + 1;
  for (uint32_t i = property + 1; reach < object.count_min && i < object.properties.size(); ++i) {
    if (Fits(below, object.properties[i].value)) ++reach;
  }
  return reach >= object.count_min;
}

bool Stepper::AnyMayFollow(const ObjectRule& object, const Frame& frame, size_t below) const {
  for (uint32_t i = frame.more; i < object.choice_end[frame.more]; ++i) {
    if (MayFollow(object, frame, below, i)) return true;
  }
  return false;
}

bool Stepper::StepObject(FrameList& stack, uint8_t byte) const {
  Frame& frame = stack.back();
  const ObjectRule& object = rules_.objects[rules_.all[frame.rule].index];
  const bool may_close = object.required_from[frame.more] == 0 && frame.count >= object.count_min;
  switch (frame.at) {
    case kOpen:
      if (byte != '{') return false;
      frame.at = may_close ? kFirst : kKeyRoot;
      return true;
    case kFirst:
    case kAfterItem:
      if (byte == '}' && may_close) return stack.pop_back(), true;
      if (frame.at == kFirst) return StepKey(stack, KeyTrie::root(), byte);
      if (byte != ',' || !AnyMayFollow(object, frame, stack.size())) return false;
      frame.at = rules_.style.compact ? kKeyRoot : kAfterComma;
      return true;
    case kAfterComma: frame.at = kKeyRoot; return byte == ' ';
    default: return StepKey(stack, frame.at - kKeyRoot, byte);
  }
}

bool Stepper::StepKey(FrameList& stack, uint32_t node, uint8_t byte) const {
  Frame& frame = stack.back();
  const ObjectRule& object = rules_.objects[rules_.all[frame.rule].index];
  const uint32_t next = object.keys.Next(node, byte);
  if (next == KeyTrie::kNone) return false;
  const auto keys = object.keys.Keys(next);
  auto key = std::lower_bound(keys.begin(), keys.end(), frame.more);
  const uint32_t end = object.choice_end[frame.more];
  while (key != keys.end() && *key < end && !MayFollow(object, frame, stack.size(), *key)) ++key;
  if (key == keys.end() || *key >= end) return false;
  frame.at = kKeyRoot + next;
  if (!object.keys.IsWhole(next)) return true;
  if (object.counts()) ++frame.count;
  frame.more = *key + 1;
  frame.at = kAfterItem;
  Push(stack, object.properties[*key].value);
  return true;
}

bool Stepper::MayAddItem(const ListRule& list, const Frame& frame, size_t below) const {
  return frame.count < list.count_max && Fits(below, list.Item(frame.count));
}

Stepper::ListStep Stepper::StepList(FrameList& stack, uint8_t byte) const {
  Frame& frame = stack.back();
  const ListRule& list = rules_.lists[rules_.all[frame.rule].index];
  const auto add_item = [&] {
    const RuleId item = list.Item(frame.count);
    frame.at = kAfterItem;
    frame.count = std::min(frame.count + 1, list.count_matters());
    Push(stack, item);  // which may move the frame
  };
  switch (frame.at) {
    case kOpen:
      if (byte != static_cast<uint8_t>(list.open)) return ListStep::kDead;
      frame.at = kFirst;
      if (list.count_min > 0) add_item();
      return ListStep::kStay;
    case kAfterComma:
      if (byte != ' ') return ListStep::kDead;
      add_item();
      return ListStep::kStay;
    default: break;
  }
  if (byte == static_cast<uint8_t>(list.close) && frame.count >= list.count_min) {
    stack.pop_back();
    return ListStep::kDone;
  }
  if (!MayAddItem(list, frame, stack.size())) return ListStep::kDead;
  if (frame.at == kFirst) {
    add_item();
    return ListStep::kItem;  // the byte is the item's
  }
  if (byte != ',') return ListStep::kDead;
  frame.at = kAfterComma;
  if (rules_.style.compact) add_item();
  return ListStep::kStay;
}

bool Stepper::StepSet(FrameList& stack, uint8_t byte) const {
  Frame& frame = stack.back();
  const SetRule& set = rules_.sets[rules_.all[frame.rule].index];
  const uint64_t used = Used(frame);
  const auto count = static_cast<uint32_t>(std::popcount(used));
  const bool may_close = count >= set.count_min, may_add = count < set.count_max && count < set.size;
  switch (frame.at) {
    case kOpen: frame.at = may_close ? kFirst : kKeyRoot; return byte == '[';
    case kFirst:
    case kAfterItem:
      if (byte == ']' && may_close) return stack.pop_back(), true;
      if (!may_add) return false;
      if (frame.at == kFirst) break;
      frame.at = rules_.style.compact ? kKeyRoot : kAfterComma;
      return byte == ',';
    case kAfterComma: frame.at = kKeyRoot; return byte == ' ';
    default: break;
  }
  const uint32_t next = set.values.Next(frame.at == kFirst ? KeyTrie::root() : frame.at - kKeyRoot, byte);
  if (next == KeyTrie::kNone) return false;
  const auto values = set.values.Keys(next);
  const auto open =
      std::find_if(values.begin(), values.end(), [&](uint32_t value) { return (used >> value & 1) == 0; });
  if (open == values.end()) return false;
  frame.at = kKeyRoot + next;
  if (!set.values.IsWhole(next)) return true;
  frame.at = kAfterItem;
  (*open < 32 ? frame.count : frame.more) |= 1U << (*open % 32);
  return true;
}

bool Stepper::StepMember(FrameList& stack, uint8_t byte) const {
  Frame& frame = stack.back();
  const MemberRule& member = rules_.members[rules_.all[frame.rule].index];
  if (byte != (frame.at == 0 ? ':' : ' ')) return false;
  if (frame.at == 0 && !rules_.style.compact) {
    frame.at = 1;
    return true;
  }
  stack.pop_back();  // all that is left of the member is its value
  Push(stack, member.value);
  return true;
}

}  // namespace yk::constrain
