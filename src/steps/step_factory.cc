// SPDX-License-Identifier: Apache-2.0
#include "steps/step_factory.h"

#include "pipeline/spec_reader.h"
#include "steps/dedupe_barrier.h"
#include "steps/filter_step.h"
#include "steps/form_step.h"
#include "steps/reduce_barrier.h"
#include "steps/split_step.h"

namespace yk::steps {
namespace {

using Maker = Result<MadeStep> (*)(const pipeline::StepSpec&, const StepContext&);

template <typename T>
Result<MadeStep> AsStep(Result<std::unique_ptr<T>> made) {
  if (!made) return Fail(std::move(made).error());
  MadeStep out;
  out.step = std::move(made).value();
  return out;
}

Result<MadeStep> AsBarrier(Result<std::unique_ptr<pipeline::Barrier>> made) {
  if (!made) return Fail(std::move(made).error());
  MadeStep out;
  out.barrier = std::move(made).value();
  return out;
}

Result<MadeStep> MakeReduce(const pipeline::StepSpec& spec, const StepContext& context) {
  YK_TRY(std::string by, ReduceKey(spec, *context.places));
  MadeStep made;
  // Where a row is a whole document, map has merged its passages.
  made.nothing = context.row_is_file && by == "file";
  if (!made.nothing)
    made.barrier =
        MakeReduceBarrier(std::move(by), context.places->Of(spec.pointer), {context.columns, context.rows_have_text});
  return made;
}

struct Kind {
  std::string_view name;
  Maker make;
};

// One line per step kind.
constexpr Kind kKinds[] = {
    {"split", [](const pipeline::StepSpec& s, const StepContext& c) { return AsStep(MakeSplitStep(s, *c.places)); }},
    {"map",
     [](const pipeline::StepSpec& s, const StepContext& c) { return AsStep(MapStep::Make(s, *c.places, c.map)); }},
    {"filter", [](const pipeline::StepSpec& s, const StepContext& c) { return AsStep(MakeFilterStep(s, *c.places)); }},
    {"form", [](const pipeline::StepSpec& s, const StepContext& c) { return AsStep(MakeFormStep(s, *c.places)); }},
    {"dedupe", [](const pipeline::StepSpec& s,
                  const StepContext& c) { return AsBarrier(MakeDedupeBarrier(s, *c.places, c.rows_have_text)); }},
    {"reduce", MakeReduce},
};

}  // namespace

Result<MadeStep> MakeStep(const pipeline::StepSpec& spec, const StepContext& context) {
  std::vector<std::string_view> known;
  std::string list;
  for (const Kind& kind : kKinds) {
    if (kind.name == spec.kind) return kind.make(spec, context);
    known.push_back(kind.name);
    list += (list.empty() ? "" : ", ") + std::string(kind.name);
  }
  const std::string near = pipeline::Nearest(spec.kind, known);
  return Fail(Code::kInvalid, "{}: unknown step '{}'; {}", context.places->Of(spec.pointer), spec.kind,
              near.empty() ? fmt::format("the steps are {}", list) : fmt::format("did you mean '{}'?", near));
}

}  // namespace yk::steps
