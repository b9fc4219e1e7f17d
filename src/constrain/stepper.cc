// SPDX-License-Identifier: Apache-2.0
// What the numbers of a frame mean, by the kind of its rule:
//   root    at: 1
//   text    at: state of the automaton
//   string  see string_step.h
//   object, list, set, member: see stepper_containers.cc
//   choice  not yet made; the first byte makes it
// A frame that waits for the value above it already says where it goes on.
#include "constrain/stepper.h"

#include <algorithm>

#include "constrain/string_step.h"

namespace yk::constrain {
namespace {

constexpr uint32_t kStacksMax = 256;  ///< as many as a choice has shapes

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
      case RuleKind::kSet: return alive(StepSet(stack, byte));
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
