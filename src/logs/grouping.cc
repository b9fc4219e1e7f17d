// SPDX-License-Identifier: Apache-2.0
#include "logs/grouping.h"

#include <map>
#include <tuple>

#include "logs/canonical.h"
#include "logs/form.h"
#include "logs/grouping_steps.h"

namespace yk::logs {
namespace {

constexpr int kRoundsMax = 4;

}  // namespace

Grouping GroupSkeletons(std::span<const SkeletonView> skeletons) {
  std::vector<Form> forms;
  forms.reserve(skeletons.size());
  for (uint32_t i = 0; i < skeletons.size(); ++i) {
    Form form = CutForm(skeletons[i].text);
    form.skeleton = i;
    form.layout = skeletons[i].layout;
    form.continuation = skeletons[i].continuation;
    form.count = skeletons[i].count;
    Canonicalize(&form);
    forms.push_back(std::move(form));
  }
  for (int round = 0; round < kRoundsMax; ++round) {
    bool changed = MergeSoftColumns(&forms);
    changed = MergeLists(&forms) || changed;
    changed = MergeUnits(&forms) || changed;
    changed = VoteOnWords(&forms) || changed;
    changed = AbsorbLiterals(&forms) || changed;
    if (!changed) break;
  }
  Grouping out;
  out.skeletons.resize(skeletons.size());
  // The number of slots as well: a log may hold the text "<*>" itself.
  std::map<std::tuple<uint32_t, bool, std::string, size_t>, uint32_t> groups;
  for (Form& form : forms) {
    JoinSlots(&form);
    SkeletonPlan& plan = out.skeletons[form.skeleton];
    for (const Piece& piece : form.pieces) {
      if (piece.kind == Piece::kSlot) plan.slots.push_back({piece.begin, piece.end});
    }
    auto [at, fresh] = groups.try_emplace({form.layout, form.continuation, RenderForm(form), plan.slots.size()},
                                          static_cast<uint32_t>(out.groups.size()));
    if (fresh) out.groups.push_back({std::get<2>(at->first), form.layout, form.continuation});
    plan.group = at->second;
  }
  return out;
}

}  // namespace yk::logs
