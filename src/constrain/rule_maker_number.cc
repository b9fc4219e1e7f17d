// SPDX-License-Identifier: Apache-2.0
// Numbers: bounds and steps.
#include <numeric>

#include "base/json.h"
#include "constrain/rule_maker.h"

namespace yk::constrain {
namespace {

using text::SchemaNode;

constexpr uint64_t kStepMax = 10'000;

/// Takes the narrower of two bounds; `side`: 1 for lower ones, -1 for upper ones.
void Narrow(std::optional<NumberBound>& bound, const std::optional<Json>& limit, bool exclusive, int side) {
  if (!limit) return;
  NumberBound other = NumberBound::Of(*limit, exclusive);
  const int order = bound ? other.Compare(*bound) * side : 1;
  if (order > 0 || (order == 0 && exclusive)) bound = std::move(other);
}

bool IsBeyondDigits(const std::optional<NumberBound>& bound) {
  return bound && bound->digits.whole.size() > kWholeDigitsMax;
}

std::string Described(const std::optional<NumberBound>& bound) {
  if (!bound) return "none";
  return fmt::format("{}{}.{}{}", bound->negative ? "-" : "", bound->digits.whole, bound->digits.fraction,
                     bound->exclusive ? "!" : "");
}

}  // namespace

/// Whether it could be added: steps are kept by counting remainders, so they have to be small.
bool RuleMaker::AddStep(const Json& multiple_of, NumberRange& range) const {
  const Digits digits = NumberBound::Of(multiple_of, false).digits;
  if (digits.fraction.size() >= kFractionDigitsMax || digits.whole.size() + digits.fraction.size() > 9) return false;
  uint64_t step = std::stoull("0" + digits.whole + digits.fraction);
  auto places = static_cast<uint32_t>(digits.fraction.size());
  if (range.step > 0) {
    uint64_t other = range.step;
    for (; places < range.places && step <= kStepMax; ++places) step *= 10;
    for (uint32_t more = range.places; more < places && other <= kStepMax; ++more) other *= 10;
    if (step > kStepMax || other > kStepMax) return false;
    step = std::lcm(step, other);
  }
  if (step == 0 || step > kStepMax) return false;
  range.step = static_cast<uint32_t>(step);
  range.places = places;
  return true;
}

RuleId RuleMaker::Number(const Shape& shape) {
  NumberRange range;
  range.whole = !(shape.types & text::kNumberType);
  for (const SchemaNode* node : shape.nodes) {
    Narrow(range.least, node->minimum, false, 1);
    Narrow(range.least, node->exclusive_minimum, true, 1);
    Narrow(range.most, node->maximum, false, -1);
    Narrow(range.most, node->exclusive_maximum, true, -1);
    if (node->multiple_of && !AddStep(*node->multiple_of, range)) AddNote(*node, "multipleOf");
  }
  range.exponent = !range.whole && !range.least && !range.most && range.step == 0;
  // Numbers are written with few digits, so bounds beyond these either hold anyway or cannot be met.
  if (IsBeyondDigits(range.least)) {
    if (!range.least->negative) AddNote(*shape.nodes.front(), "minimum");
    range.least.reset();
  }
  if (IsBeyondDigits(range.most)) {
    if (range.most->negative) AddNote(*shape.nodes.front(), "maximum");
    range.most.reset();
  }
  std::string description = fmt::format("number {} {} {} {} {}/{}", range.whole, range.exponent, Described(range.least),
                                        Described(range.most), range.step, range.places);
  const RuleId made = Shared(std::move(description), [&] {
    std::optional<ByteDfa> text = NumberDfa(range);
    const bool stepless = !text;
    if (stepless) {
      range.step = 0;
      text = NumberDfa(range);
    }
    rules_.texts.push_back(text ? std::move(*text) : ByteDfa());
    const RuleId rule = Add(RuleKind::kText, rules_.texts.size() - 1);
    if (stepless) stepless_.insert(rule);
    return rule;
  });
  if (!stepless_.contains(made)) return made;
  for (const SchemaNode* node : shape.nodes) {
    if (node->multiple_of) AddNote(*node, "multipleOf");
  }
  return made;
}

}  // namespace yk::constrain
