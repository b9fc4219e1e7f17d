// SPDX-License-Identifier: Apache-2.0
// What the numbers of a frame mean, by the kind of its rule:
//   root    at: 1 when its value is written (the value's frame, above it, is gone)
//   text    at: state of the automaton
//   string  see string_step.h
//   object  at: a Place or kKeyRoot + node of the key trie; count: members so far; more: the first property that may
//   follow list    at: a Place; count: items so far member  at: 0 before the colon, 1 before the space behind it choice
//   not yet made; the first byte makes it
// A frame that waits for the value above it already says where it goes on.
#include "constrain/stepper.h"

#include <algorithm>

#include "constrain/string_step.h"

namespace yk::constrain {
namespace {

enum Place : uint32_t { kOpen, kFirst, kAfterItem, kAfterComma, kKeyRoot };

constexpr uint32_t kStacksMax = 32;

/// The least count that cannot be told from this one while at most `horizon` are added. Below `first` each count means
/// something else.
uint32_t SimplifiedCount(uint32_t count, uint32_t first, std::pair<uint32_t, uint32_t> bounds, uint32_t horizon) {
  const auto [min, max] = bounds;
  if (count < first) return count;
  if (min > horizon && count < min - horizon) return first;
  const uint32_t free = std::max(first, min);
  const bool far = max == kUnbounded || (max > horizon && count < max - horizon);
  return far && count > free ? free : count;
}

}  // namespace

State Stepper::Start() const {
  State state;
  state.stacks_ = 1;
  state.frames_.push_back({kRootRule, 1, 0, 0});
  Push(state.frames_, rules_.start);
  return state;
}

void Stepper::Push(FrameList& stack, RuleId rule) const {
  stack.push_back({rule, 0, 0, 0});
  if (rules_.all[rule].kind == RuleKind::kMember) Push(stack, rules_.members[rules_.all[rule].index].key);
}

bool Stepper::Fits(size_t below, RuleId rule) const {
  return rule != kNoRule && rules_.all[rule].height <= rules_.frames_max - below;
}

bool Stepper::Step(State& state, uint8_t byte) const {
  if (state.stacks_ != 1) return FeedAll(state, byte);
  const Outcome outcome = Feed(state.frames_, byte);
  if (outcome != Outcome::kForked) return outcome == Outcome::kAlive;
  State forked;
  FeedFork(state.frames_, byte, forked);
  state = forked;
  return state.stacks_ > 0;
}

bool Stepper::Step(State& state, std::string_view bytes) const {
  return std::all_of(bytes.begin(), bytes.end(), [&](char c) { return Step(state, static_cast<uint8_t>(c)); });
}

/// Moves every stack of its own.
bool Stepper::FeedAll(State& state, uint8_t byte) const {
  State out;
  FrameList stack;
  const Frame* const end = state.frames_.end();
  for (const Frame* from = state.frames_.begin(); from != end;) {
    const Frame* to = std::find_if(from + 1, end, [](const Frame& frame) { return frame.rule == kRootRule; });
    stack.clear();
    stack.Append(from, static_cast<size_t>(to - from));
    FeedFork(stack, byte, out);
    from = to;
  }
  state = out;
  return state.stacks_ > 0;
}

/// Adds to `out` what becomes of one stack. Each stack alone can be completed, so leaving some out only narrows what
/// may be written.
void Stepper::FeedFork(FrameList& stack, uint8_t byte, State& out) const {
  const Outcome outcome = Feed(stack, byte);
  if (outcome == Outcome::kDead || out.stacks_ == kStacksMax) return;
  if (outcome == Outcome::kForked) {
    const ChoiceRule& choice = rules_.choices[rules_.all[stack.back().rule].index];
    for (const RuleId alternative : choice.alternatives) {
      if (!rules_.all[alternative].first[byte] || !Fits(stack.size() - 1, alternative)) continue;
      FrameList copy = stack;
      copy.pop_back();
      Push(copy, alternative);
      FeedFork(copy, byte, out);
    }
    return;
  }
  // Readings that have come to the same place go on as one.
  const Frame* const end = out.frames_.end();
  for (const Frame* from = out.frames_.begin(); from != end;) {
    const Frame* to = std::find_if(from + 1, end, [](const Frame& frame) { return frame.rule == kRootRule; });
    if (std::equal(from, to, stack.begin(), stack.end())) return;
    from = to;
  }
  out.frames_.Append(stack.data(), stack.size());
  ++out.stacks_;
}

/// Moves one stack past a byte, in place. kForked: its top is a choice that this byte leaves open.
Stepper::Outcome Stepper::Feed(FrameList& stack, uint8_t byte) const {
  const auto alive = [](bool yes) { return yes ? Outcome::kAlive : Outcome::kDead; };
  while (true) {
    Frame& frame = stack.back();
    const Rule& rule = rules_.all[frame.rule];
    switch (rule.kind) {
      case RuleKind::kRoot: return Outcome::kDead;
      case RuleKind::kText: {
        const ByteDfa& text = rules_.texts[rule.index];
        const uint32_t next = text.Next(frame.at, byte);
        if (next == ByteDfa::kDead) {
          if (!text.Accepts(frame.at)) return Outcome::kDead;
          stack.pop_back();  // a number ends where another byte begins
          continue;
        }
        frame.at = next;
        if (text.Ends(next)) stack.pop_back();
        return Outcome::kAlive;
      }
      case RuleKind::kString: {
        const StringStep step = StepString(rules_.strings[rule.index], frame, byte);
        if (step == StringStep::kDone) stack.pop_back();
        return alive(step != StringStep::kDead);
      }
      case RuleKind::kObject: return alive(StepObject(stack, byte));
      case RuleKind::kList: {
        const ListStep step = StepList(stack, byte);
        if (step == ListStep::kItem) continue;
        return alive(step != ListStep::kDead);
      }
      case RuleKind::kMember: return alive(StepMember(stack, byte));
      case RuleKind::kChoice: {
        RuleId chosen = kNoRule;
        for (const RuleId alternative : rules_.choices[rule.index].alternatives) {
          if (!rules_.all[alternative].first[byte] || !Fits(stack.size() - 1, alternative)) continue;
          if (chosen != kNoRule) return Outcome::kForked;
          chosen = alternative;
        }
        if (chosen == kNoRule) return Outcome::kDead;
        stack.pop_back();
        Push(stack, chosen);
        continue;
      }
    }
    return Outcome::kDead;
  }
}

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

bool Stepper::MayEnd(const State& state) const {
  const FrameList& frames = state.frames_;
  for (const Frame* at = frames.begin(); at != frames.end(); ++at) {
    if (at->rule != kRootRule) continue;
    const Frame* top = at + 1;
    if (top == frames.end() || top->rule == kRootRule) return true;
    const Rule& rule = rules_.all[top->rule];
    const bool alone = top + 1 == frames.end() || top[1].rule == kRootRule;
    if (alone && rule.kind == RuleKind::kText && rules_.texts[rule.index].Accepts(top->at)) return true;
  }
  return false;
}

bool Stepper::TakesText(const State& state, uint32_t length) const {
  const Frame& top = state.frames_.back();
  const Rule& rule = rules_.all[top.rule];
  return state.stacks_ == 1 && rule.kind == RuleKind::kString && TakesAnyText(rules_.strings[rule.index], top, length);
}

State Stepper::Simplified(const State& state, uint32_t horizon) const {
  State out = state;
  for (Frame* frame = out.frames_.data(); frame != out.frames_.end(); ++frame) {
    const Rule& rule = rules_.all[frame->rule];
    if (rule.kind == RuleKind::kString) {
      const StringRule& text = rules_.strings[rule.index];
      if (text.pattern) continue;  // its state and its length hang together
      frame->count = SimplifiedCount(frame->count, 0, {text.length_min, text.length_max}, horizon);
    } else if (rule.kind == RuleKind::kList) {
      const ListRule& list = rules_.lists[rule.index];
      const auto first = static_cast<uint32_t>(list.prefix.size());
      frame->count = SimplifiedCount(frame->count, first, {list.count_min, list.count_max}, horizon);
    }
  }
  return out;
}

ByteSet Stepper::Next(const State& state, size_t enough) const {
  ByteSet bytes;
  size_t found = 0;
  for (unsigned byte = 0; byte < 256 && found < enough; ++byte) {
    State after = state;
    if (!Step(after, static_cast<uint8_t>(byte))) continue;
    bytes.set(byte);
    ++found;
  }
  return bytes;
}

}  // namespace yk::constrain
