// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "constrain/rules.h"
#include "constrain/state.h"

namespace yk::constrain {

/// Runs the rules over the bytes of an answer. Keeps a reference to them; stateless, thread-safe.
class Stepper {
 public:
  explicit Stepper(const Rules& rules) : rules_(rules) {}

  State Start() const;
  /// Whether an answer may go on with this byte; moves the state past it. When it may not, the state is worthless.
  bool Step(State& state, uint8_t byte) const;
  /// The same for several bytes.
  bool Step(State& state, std::string_view bytes) const;
  /// The text so far is a whole answer; only a bare number may still go on.
  bool MayEnd(const State& state) const;
  /// The bytes an answer may go on with; at most `enough` of them are looked for.
  ByteSet Next(const State& state, size_t enough = 256) const;
  /// Whether any `length` characters that need no escape may come next. May say no.
  bool TakesText(const State& state, uint32_t length) const;
  /// One and the same state for all states that differ only in lengths and counts too far from their bounds to matter
  /// within the next `horizon` bytes.
  State Simplified(const State& state, uint32_t horizon) const;

 private:
  enum class Outcome { kDead, kAlive, kForked };

  Outcome Feed(FrameList& stack, uint8_t byte) const;
  bool FeedAll(State& state, uint8_t byte) const;
  void FeedFork(FrameList& stack, uint8_t byte, State& out) const;
  void Push(FrameList& stack, RuleId rule) const;
  bool Fits(size_t below, RuleId rule) const;
  bool StepObject(FrameList& stack, uint8_t byte) const;
  bool StepKey(FrameList& stack, uint32_t node, uint8_t byte) const;
  bool MayFollow(const ObjectRule& object, const Frame& frame, size_t below, uint32_t property) const;
  bool AnyMayFollow(const ObjectRule& object, const Frame& frame, size_t below) const;
  bool StepSet(FrameList& stack, uint8_t byte) const;
  bool StepMember(FrameList& stack, uint8_t byte) const;

  /// What a list does with a byte.
  enum class ListStep { kDead, kDone, kStay, kItem };
  ListStep StepList(FrameList& stack, uint8_t byte) const;
  bool MayAddItem(const ListRule& list, const Frame& frame, size_t below) const;

  const Rules& rules_;
};

}  // namespace yk::constrain
